package dev.tidemark.benchmark.handwritten;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A task while a poll works on it.
 */
final class TaskRow {

	private static final JsonFactory JSON = new JsonFactory();

	final UUID id;

	/** Whether the table has it, and whether it has a completion there. */
	boolean stored;

	boolean storedDone;

	boolean deleted;

	String title = "";

	@Nullable String description;

	String status = "pending";

	String username = "";

	Instant createdAt = Instant.EPOCH;

	Instant updatedAt = Instant.EPOCH;

	@Nullable Instant completedAt;

	/** As the table has it. */
	@Nullable Instant storedCompletedAt;

	long version;

	/** The last command of this poll, and what it published. */
	HandWrittenLoop.@Nullable Logged shownBy;

	byte @Nullable [] shown;

	TaskRow(UUID id) {
		this.id = id;
	}

	void apply(TaskRecord command) {
		this.updatedAt = command.time;
		this.version++;
		switch (command.kind) {
			case CREATE -> create(command);
			case UPDATE -> update(command);
			case COMPLETE -> become("done", command.time);
			case REOPEN -> become("pending", command.time);
			case DELETE -> this.deleted = true;
		}
	}

	private void create(TaskRecord command) {
		this.deleted = false;
		this.version = 1;
		this.title = Objects.requireNonNull(command.title, "title");
		this.description = command.description;
		this.username = Objects.requireNonNull(command.username, "username");
		this.createdAt = command.time;
		this.completedAt = null;
		become((command.status != null) ? command.status : "pending", command.time);
	}

	private void update(TaskRecord command) {
		if (command.title != null) {
			this.title = command.title;
		}
		if (command.describes) {
			this.description = command.description;
		}
		if (command.username != null) {
			this.username = command.username;
		}
		if (command.status != null) {
			become(command.status, command.time);
		}
	}

	private void become(String status, Instant at) {
		this.status = status;
		if (!status.equals("done")) {
			this.completedAt = null;
		}
		else if (this.completedAt == null) {
			this.completedAt = at;
		}
	}

	byte[] snapshot() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(384);
		try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
			json.writeStartObject();
			json.writeStringProperty("taskId", this.id.toString());
			json.writeStringProperty("title", this.title);
			json.writeStringProperty("description", this.description);
			json.writeStringProperty("status", this.status);
			json.writeStringProperty("username", this.username);
			json.writeStringProperty("createdAt", this.createdAt.toString());
			json.writeStringProperty("updatedAt", this.updatedAt.toString());
			json.writeStringProperty("completedAt", (this.completedAt != null) ? this.completedAt.toString() : null);
			json.writeNumberProperty("version", this.version);
			json.writeEndObject();
		}
		return bytes.toByteArray();
	}

}
