package dev.tidemark.worker.deferral;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import org.apache.kafka.common.header.Headers;
import org.hibernate.Length;
import org.hibernate.annotations.ColumnDefault;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.TaskCommand;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.HeadersConverter;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.publication.Event.DeadLetter;

/**
 * A command that waits: for a user, if it is the first of its task's queue, or else for
 * those before it. Kept as the record that it came in, which is read again when its turn
 * comes, and goes to the dead letters if it then fails alone.
 */
@Entity
@Table(name = "deferred_command",
		uniqueConstraints = @UniqueConstraint(name = "deferred_command_task_id_position_key",
				columnNames = { "task_id", "position" }),
		indexes = { @Index(name = "deferred_command_waits_for_idx", columnList = "waits_for"),
				@Index(name = "deferred_command_resume_offset_idx", columnList = "resume_offset",
						options = "where resume_offset is not null") })
class DeferredCommand {

	@Id
	private UUID commandId;

	@Column(nullable = false)
	private UUID taskId;

	/** The place in the task's queue, counted up for as long as there is a queue. */
	@Column(nullable = false)
	private int position;

	@Column(length = 249, nullable = false)
	private String topic;

	@Column(nullable = false)
	private int partition;

	@Column(nullable = false)
	private long recordOffset;

	/** In milliseconds since 1970, as Kafka counts. */
	@Column(nullable = false)
	private long recordTimestamp;

	@Column(length = Length.LONG32, nullable = false)
	private byte[] recordValue;

	@Convert(converter = HeadersConverter.class)
	@Column(length = Length.LONG32, nullable = false)
	private Headers recordHeaders;

	/** The absent user; set in the first of a queue, and only there. */
	@Column(length = 255)
	private @Nullable String waitsFor;

	/**
	 * The resume that found that the command fails alone. It stays the first of its queue
	 * until that resume's dead letter is sure to be published.
	 */
	private @Nullable UUID discardedBy;

	/** What the dead letter says of it. */
	@Column(length = Length.LONG32)
	private @Nullable String discardDetail;

	/**
	 * Where the resume lies that the sweep has sent for the first of a queue, in the
	 * topic that the command came in. It is not sent again while that one is on its way.
	 */
	private @Nullable Integer resumePartition;

	private @Nullable Long resumeOffset;

	/** By the database's clock: what the time to wait is counted from. */
	@ColumnDefault("now()")
	@Column(nullable = false, insertable = false, updatable = false)
	private @Nullable Instant arrivedAt;

	/** For JPA only. */
	@NullUnmarked
	protected DeferredCommand() {
	}

	DeferredCommand(ReceivedCommand received, TaskCommand command, int position, @Nullable String waitsFor) {
		ReceivedRecord record = received.record();
		this.commandId = received.id();
		this.taskId = command.taskId();
		this.position = position;
		this.topic = record.coordinates().topic();
		this.partition = record.coordinates().partition();
		this.recordOffset = record.coordinates().offset();
		this.recordTimestamp = record.timestamp();
		this.recordValue = Objects.requireNonNull(record.value(), "a command has data");
		this.recordHeaders = record.headers();
		this.waitsFor = waitsFor;
	}

	/**
	 * Gives the record back as it came. Its key is the task's, as it would not be a
	 * command otherwise.
	 */
	ReceivedRecord record() {
		return new ReceivedRecord(new Coordinates(this.topic, this.partition, this.recordOffset), this.recordTimestamp,
				this.taskId.toString().getBytes(StandardCharsets.UTF_8), this.recordValue, this.recordHeaders);
	}

	void waitFor(String username) {
		this.waitsFor = username;
	}

	boolean isResumed() {
		return this.resumePartition != null || this.resumeOffset != null;
	}

	/** The resume has come, and the command waits on. */
	void awaitResume() {
		this.resumePartition = null;
		this.resumeOffset = null;
	}

	void discard(UUID resumeId, String detail) {
		this.discardedBy = resumeId;
		this.discardDetail = detail;
	}

	/** The dead letter of a command that was discarded, the same each time. */
	DeadLetter deadLetter() {
		return new DeadLetter(record(), DeadLetterReason.UNPROCESSABLE, String.valueOf(this.discardDetail));
	}

	@Nullable String getWaitsFor() {
		return this.waitsFor;
	}

	@Nullable UUID getDiscardedBy() {
		return this.discardedBy;
	}

	UUID getCommandId() {
		return this.commandId;
	}

	UUID getTaskId() {
		return this.taskId;
	}

	int getPosition() {
		return this.position;
	}

	/** Null until it has been loaded. */
	@Nullable Instant getArrivedAt() {
		return this.arrivedAt;
	}

	@Override
	public boolean equals(Object o) {
		return o instanceof DeferredCommand that && getCommandId().equals(that.getCommandId());
	}

	@Override
	public int hashCode() {
		return getCommandId().hashCode();
	}

}
