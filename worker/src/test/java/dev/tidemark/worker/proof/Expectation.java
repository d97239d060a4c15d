package dev.tidemark.worker.proof;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.task.TaskStatus;

/**
 * All that must be true once every command has been dealt with.
 *
 * @param tasks the rows of {@code tasks} and {@code dones}
 * @param users the rows of {@code users}
 * @param events for each read-model key, what must have been published, in order
 * @param rejections what must have been rejected, by command id
 * @param deadLetters what must be in the dead letters, by the number of its order
 */
record Expectation(Map<UUID, Task> tasks, Map<String, User> users, Map<String, List<Event>> events,
		Map<UUID, Rejection> rejections, Map<Integer, DeadLetterReason> deadLetters) {

	/**
	 * A row of {@code tasks}, with its row of {@code dones}.
	 */
	record Task(UUID taskId, String title, @Nullable String description, TaskStatus status, String username,
			Instant createdAt, Instant updatedAt, @Nullable Instant completedAt, long version) {
	}

	/**
	 * A row of {@code users}.
	 */
	record User(String username, String passwordHash, Instant createdAt, Instant updatedAt, long version) {
	}

	/**
	 * A read-model event.
	 *
	 * @param type the type of a snapshot, or of a tombstone
	 * @param commandId the command that caused it
	 * @param time the command's time
	 * @param version the aggregate's version, or null where there is no row
	 * @param passedOn the headers that are passed on, by name
	 * @param data the snapshot, or null for a tombstone
	 */
	record Event(EventType type, UUID commandId, Instant time, @Nullable Long version, Map<String, Bytes> passedOn,
			@Nullable JsonNode data) {
	}

	/**
	 * A rejection.
	 *
	 * @param commandType the command's type on the wire
	 * @param key the command's key
	 * @param time the command's time
	 * @param passedOn the headers that are passed on, by name
	 * @param reason why
	 */
	record Rejection(String commandType, String key, Instant time, Map<String, Bytes> passedOn,
			RejectionReason reason) {
	}

}
