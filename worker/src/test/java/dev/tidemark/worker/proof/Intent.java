package dev.tidemark.worker.proof;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.DeadLetterReason;

/**
 * What the sender of a record had in mind. The model judges intents, so it needs no
 * reader of its own, and cannot share a mistake with the worker's.
 */
sealed interface Intent {

	/**
	 * A well-formed command.
	 *
	 * @param id the command's id
	 * @param time the attribute {@code time}, or null for the record's own
	 * @param expectedVersion the version that the aggregate must have, or null for any
	 * @param passedOn headers that whatever the command causes must have, byte for byte,
	 * by name
	 * @param command what is asked for
	 */
	record Ask(UUID id, @Nullable Instant time, @Nullable Long expectedVersion, Map<String, Bytes> passedOn,
			Command command) implements Intent {
	}

	/**
	 * A record that can never be a command.
	 *
	 * @param kind what is wrong with it, for people
	 * @param reason the reason that its dead letter must give
	 */
	record Poison(String kind, DeadLetterReason reason) implements Intent {
	}

}
