package dev.tidemark.worker.deferral;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import org.hibernate.Length;
import org.hibernate.annotations.ColumnDefault;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.TaskCommand;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.envelope.TracingConverter;

/**
 * A command that waits: for a user, if it is the first of its task's queue, or else for
 * those before it.
 */
@Entity
@Table(name = "deferred_command",
		uniqueConstraints = @UniqueConstraint(name = "deferred_command_task_id_position_key",
				columnNames = { "task_id", "position" }),
		indexes = @Index(name = "deferred_command_waits_for_idx", columnList = "waits_for"))
class DeferredCommand {

	private static final JsonMapper JSON = JsonMapper.shared();

	@Id
	private UUID commandId;

	@Column(nullable = false)
	private UUID taskId;

	/** The place in the task's queue, counted up for as long as there is a queue. */
	@Column(nullable = false)
	private int position;

	@Column(length = 64, nullable = false)
	private String type;

	/** The members of the command's data, as JSON. */
	@Column(length = Length.LONG32, nullable = false)
	private String data;

	private @Nullable Long expectedVersion;

	@Column(nullable = false)
	private Instant commandedAt;

	@Convert(converter = TracingConverter.class)
	@Column(length = Length.LONG32)
	private @Nullable Tracing tracing;

	/** The absent user; set in the first of a queue, and only there. */
	@Column(length = 255)
	private @Nullable String waitsFor;

	/** By the database's clock: what the time to wait is counted from. */
	@ColumnDefault("now()")
	@Column(nullable = false, insertable = false, updatable = false)
	private @Nullable Instant arrivedAt;

	/** For JPA only. */
	@NullUnmarked
	protected DeferredCommand() {
	}

	DeferredCommand(ReceivedCommand received, TaskCommand command, int position, @Nullable String waitsFor) {
		this.commandId = received.id();
		this.taskId = command.taskId();
		this.position = position;
		this.type = command.type().wireName();
		this.data = JSON.writeValueAsString(command.data());
		this.expectedVersion = received.expectedVersion();
		this.commandedAt = received.cause().time();
		this.tracing = received.cause().tracing();
		this.waitsFor = waitsFor;
	}

	/**
	 * Gives the command back as it was received.
	 * @param coordinates the record that it came in
	 */
	ReceivedCommand received(Coordinates coordinates) {
		return new ReceivedCommand(
				new Cause(this.commandId, this.commandedAt, (this.tracing != null) ? this.tracing : Tracing.NONE),
				coordinates, this.expectedVersion, command());
	}

	TaskCommand command() {
		CommandType commandType = Objects.requireNonNull(CommandType.of(this.type), this.type);
		Map<String, @Nullable String> members = JSON.readValue(this.data, new TypeReference<>() {
		});
		return (TaskCommand) commandType.read(members);
	}

	void waitFor(String username) {
		this.waitsFor = username;
	}

	@Nullable String getWaitsFor() {
		return this.waitsFor;
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
