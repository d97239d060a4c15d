package dev.tidemark.worker.outcome;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Table;
import org.hibernate.Length;
import org.hibernate.annotations.ColumnDefault;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.envelope.TracingConverter;

/**
 * What is remembered of a command: that it has been decided, how, and in which record it
 * came. Written in the transaction that changes the rows, so that neither can be without
 * the other.
 */
@Entity
@Table(name = "command_log", indexes = @Index(name = "command_log_resumed_by_idx", columnList = "resumed_by",
		options = "where resumed_by is not null"))
public class LoggedCommand {

	@Id
	private UUID commandId;

	@Column(length = 249, nullable = false)
	private String topic;

	@Column(nullable = false)
	private int partition;

	@Column(nullable = false)
	private long recordOffset;

	@Column(length = 64, nullable = false)
	private String type;

	@Column(length = 255, nullable = false)
	private String key;

	/** Of its data, {@link Fingerprint}. */
	@Column(nullable = false, updatable = false)
	private int fingerprint;

	/** When the command was asked for. */
	@Column(nullable = false)
	private Instant commandedAt;

	@Convert(converter = Verdict.ColumnConverter.class)
	@Column(length = 16, nullable = false)
	private Verdict outcome;

	@Convert(converter = ReasonConverter.class)
	@Column(length = 80)
	private @Nullable RejectionReason reason;

	@Column(length = Length.LONG32)
	private @Nullable String detail;

	/** The version that the command made or, of a republish, found. */
	private @Nullable Long version;

	/** The resume that took the command up, if it had to wait. */
	private @Nullable UUID resumedBy;

	/** What the command passes on, where the record that is read again is not its own. */
	@Convert(converter = TracingConverter.class)
	@Column(length = Length.LONG32)
	private @Nullable Tracing tracing;

	/**
	 * The snapshot that the command made, kept only where the row can't show it any more
	 * before it is sure to be published: when a later command of the same poll changed
	 * the row.
	 */
	@Column(length = Length.LONG32)
	private @Nullable String superseded;

	/** When it was first logged, by the database's clock: what retention goes by. */
	@ColumnDefault("now()")
	@Column(nullable = false, insertable = false, updatable = false)
	private @Nullable Instant loggedAt;

	/** For JPA only. */
	@NullUnmarked
	protected LoggedCommand() {
	}

	/**
	 * A command that has just been decided, for the first time.
	 * @param received the command
	 */
	public LoggedCommand(ReceivedCommand received) {
		this.commandId = received.id();
		this.topic = received.coordinates().topic();
		this.partition = received.coordinates().partition();
		this.recordOffset = received.coordinates().offset();
		this.type = received.command().type().wireName();
		this.key = received.command().key();
		this.fingerprint = Fingerprint.of(received.command());
		this.commandedAt = received.cause().time();
		this.outcome = Verdict.APPLIED;
	}

	/**
	 * Remembers what came of it.
	 * @param outcome the outcome, final unless it is a deferral
	 */
	public void settle(Outcome outcome) {
		switch (outcome) {
			case Outcome.Applied(ReadModel readModel) -> {
				this.outcome = Verdict.APPLIED;
				this.version = readModel.version();
			}
			case Outcome.Rejected(RejectionReason reason, String detail) -> {
				this.outcome = Verdict.REJECTED;
				this.reason = reason;
				this.detail = detail;
			}
			case Outcome.Deferred _ -> this.outcome = Verdict.DEFERRED;
		}
	}

	/**
	 * Remembers that the command waits behind others.
	 */
	public void deferred() {
		this.outcome = Verdict.DEFERRED;
	}

	/**
	 * Remembers that a resume took the command up: the resume's record is the one whose
	 * redelivery has to publish what came of it.
	 * @param resumeId the resume's command id
	 * @param tracing what the command passes on
	 */
	public void resumedBy(UUID resumeId, Tracing tracing) {
		this.resumedBy = resumeId;
		this.tracing = tracing;
	}

	/**
	 * Keeps the snapshot that a later command of the same poll is about to hide.
	 * @param snapshot the snapshot, exactly as it is published
	 */
	public void supersede(String snapshot) {
		this.superseded = snapshot;
	}

	/**
	 * Tells whether a record is the one that this command came in.
	 * @param coordinates the record's
	 * @return false for a duplicate in another record
	 */
	public boolean cameIn(Coordinates coordinates) {
		return coordinates.equals(coordinates());
	}

	/**
	 * Tells how a command that has the same id, and came in another record, is not this
	 * one.
	 * @param command the other command
	 * @return which of type, key and data are others; nothing of a duplicate
	 */
	public List<String> differences(Command command) {
		List<String> differences = new ArrayList<>();
		if (!this.type.equals(command.type().wireName())) {
			differences.add("type");
		}
		if (!this.key.equals(command.key())) {
			differences.add("key");
		}
		if (this.fingerprint != Fingerprint.of(command)) {
			differences.add("data");
		}
		return differences;
	}

	/**
	 * Returns what the command passes on to its events, if it had to wait.
	 * @return the cause as it was when the command came
	 */
	public Cause cause() {
		return new Cause(this.commandId, this.commandedAt, (this.tracing != null) ? this.tracing : Tracing.NONE);
	}

	/**
	 * Returns the record that the command came in.
	 * @return its coordinates
	 */
	public Coordinates coordinates() {
		return new Coordinates(this.topic, this.partition, this.recordOffset);
	}

	/**
	 * Returns the command's type.
	 * @return the type, or null if this worker does not know it (any more)
	 */
	public @Nullable CommandType commandType() {
		return Catalogue.installed().command(this.type);
	}

	public UUID getCommandId() {
		return this.commandId;
	}

	public String getType() {
		return this.type;
	}

	public String getKey() {
		return this.key;
	}

	public Verdict getOutcome() {
		return this.outcome;
	}

	public @Nullable RejectionReason getReason() {
		return this.reason;
	}

	public @Nullable String getDetail() {
		return this.detail;
	}

	public @Nullable Long getVersion() {
		return this.version;
	}

	public @Nullable UUID getResumedBy() {
		return this.resumedBy;
	}

	public @Nullable String getSuperseded() {
		return this.superseded;
	}

	public @Nullable Instant getLoggedAt() {
		return this.loggedAt;
	}

	@Override
	public boolean equals(Object o) {
		return o instanceof LoggedCommand that && getCommandId().equals(that.getCommandId());
	}

	@Override
	public int hashCode() {
		return getCommandId().hashCode();
	}

}
