package dev.tidemark.contracts.task;

import java.time.Instant;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Snapshot;

/**
 * A task as a command has left it: the {@code data} of a snapshot event. All times are
 * times of commands. In JSON every member is there, those that are null too; readers
 * ignore members that they don't know.
 *
 * @param taskId the id of the task, and the record's key
 * @param title 1 to 1,024 code points
 * @param description at most 65,536 code points, or null for none
 * @param status how far the task is
 * @param username whose task it is
 * @param createdAt the time of the command that created it, cut to microseconds
 * @param updatedAt the time of the command that changed it last, cut to microseconds
 * @param completedAt the time of the command that completed it, cut to microseconds; null
 * exactly while the status is not {@link TaskStatus#DONE}
 * @param version how many commands made it what it is: 1 after its creation, one more
 * after each change
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({ "taskId", "title", "description", "status", "username", "createdAt", "updatedAt", "completedAt",
		"version" })
public record TaskSnapshot(UUID taskId, String title, @Nullable String description, TaskStatus status, String username,
		@JsonFormat(shape = JsonFormat.Shape.STRING) Instant createdAt,
		@JsonFormat(shape = JsonFormat.Shape.STRING) Instant updatedAt,
		@JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant completedAt, long version) implements Snapshot {

	@Override
	public EventType eventType() {
		return Tasks.TYPE.snapshot();
	}

}
