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
 * @param rows the rows of all tables of aggregates
 * @param events for each aggregate, what must have been published, in order
 * @param rejections what must have been rejected, by command id
 * @param deadLetters what must be in the dead letters, by the number of its order
 */
record Expectation(Map<Key, Row> rows, Map<Key, List<Event>> events, Map<UUID, Rejection> rejections,
		Map<Integer, DeadLetterReason> deadLetters) {

	/**
	 * A row of a table, with what belongs to it in others.
	 */
	sealed interface Row {

		/**
		 * Returns whose row it is.
		 */
		Key key();

		/**
		 * Returns whom the row refers to, or null if it refers to nobody.
		 */
		@Nullable Key user();

		long version();

	}

	/**
	 * A row of {@code tasks}, with its row of {@code dones}.
	 */
	record Task(UUID taskId, String title, @Nullable String description, TaskStatus status, String username,
			Instant createdAt, Instant updatedAt, @Nullable Instant completedAt, long version) implements Row {

		@Override
		public Key key() {
			return Key.task(this.taskId);
		}

		@Override
		public Key user() {
			return Key.user(this.username);
		}

	}

	/**
	 * A row of {@code posts}.
	 */
	record Post(UUID postId, String title, @Nullable String text, String username, Instant createdAt, Instant updatedAt,
			long version) implements Row {

		@Override
		public Key key() {
			return Key.post(this.postId);
		}

		@Override
		public Key user() {
			return Key.user(this.username);
		}

	}

	/**
	 * A row of {@code users}.
	 */
	record User(String username, String passwordHash, Instant createdAt, Instant updatedAt,
			long version) implements Row {

		@Override
		public Key key() {
			return Key.user(this.username);
		}

		@Override
		public @Nullable Key user() {
			return null;
		}

	}

	/**
	 * A read-model event.
	 *
	 * @param turn how many events were published before it, in an order that may be
	 * @param type the type of a snapshot, or of a tombstone
	 * @param commandId the command that caused it
	 * @param time the command's time
	 * @param version the aggregate's version, or null where there is no row
	 * @param passedOn the headers that are passed on, by name
	 * @param data the snapshot, or null for a tombstone
	 */
	record Event(int turn, EventType type, UUID commandId, Instant time, @Nullable Long version,
			Map<String, Bytes> passedOn, @Nullable JsonNode data) {
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
