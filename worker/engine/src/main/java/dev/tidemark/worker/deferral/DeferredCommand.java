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

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.HeadersConverter;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.publication.Event.DeadLetter;

/**
 * A command that waits: for an aggregate, if it is the first of its own's queue, or else
 * for those before it. Kept as the record that it came in, which is read again when its
 * turn comes, and goes to the dead letters if it then fails alone.
 */
@Entity
@Table(name = "deferred_command",
		uniqueConstraints = @UniqueConstraint(name = "deferred_command_aggregate_key_position_key",
				columnNames = { "aggregate", "key", "position" }),
		indexes = { @Index(name = "deferred_command_waits_for_idx", columnList = "waits_for_key, waits_for_aggregate"),
				@Index(name = "deferred_command_resume_offset_idx", columnList = "resume_offset",
						options = "where resume_offset is not null"),
				@Index(name = "deferred_command_arrived_at_idx", columnList = "arrived_at") })
class DeferredCommand {

	@Id
	private UUID commandId;

	/** By its name, as commands of a type that is gone may still wait. */
	@Column(length = 64, nullable = false)
	private String aggregate;

	@Column(length = 255, nullable = false)
	private String key;

	/** The place in the aggregate's queue, counted up for as long as there is a queue. */
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

	/** The absent aggregate's type; set in the first of a queue, and only there. */
	@Column(length = 64)
	private @Nullable String waitsForAggregate;

	/** The absent aggregate's key, likewise. */
	@Column(length = 255)
	private @Nullable String waitsForKey;

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

	DeferredCommand(ReceivedCommand received, int position, @Nullable AggregateKey waitsFor) {
		ReceivedRecord record = received.record();
		this.commandId = received.id();
		this.aggregate = received.command().type().aggregate().wireName();
		this.key = received.command().key();
		this.position = position;
		this.topic = record.coordinates().topic();
		this.partition = record.coordinates().partition();
		this.recordOffset = record.coordinates().offset();
		this.recordTimestamp = record.timestamp();
		this.recordValue = Objects.requireNonNull(record.value(), "a command has data");
		this.recordHeaders = record.headers();
		if (waitsFor != null) {
			waitFor(waitsFor);
		}
	}

	/**
	 * Gives the record back as it came. Its key is the aggregate's, as it would not be a
	 * command otherwise.
	 */
	ReceivedRecord record() {
		return new ReceivedRecord(new Coordinates(this.topic, this.partition, this.recordOffset), this.recordTimestamp,
				this.key.getBytes(StandardCharsets.UTF_8), this.recordValue, this.recordHeaders);
	}

	void waitFor(AggregateKey absent) {
		this.waitsForAggregate = absent.type().wireName();
		this.waitsForKey = absent.key();
	}

	boolean waitsFor(AggregateKey absent) {
		return absent.type().wireName().equals(this.waitsForAggregate) && absent.key().equals(this.waitsForKey);
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

	@Nullable UUID getDiscardedBy() {
		return this.discardedBy;
	}

	UUID getCommandId() {
		return this.commandId;
	}

	/**
	 * Returns for which aggregate the command is.
	 * @throws IllegalStateException if this worker does not know its type
	 */
	AggregateKey aggregate() {
		AggregateType type = Catalogue.installed().aggregate(this.aggregate);
		if (type == null) {
			throw new IllegalStateException("a command waits for a type that is not known: " + this.aggregate);
		}
		return new AggregateKey(type, this.key);
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
