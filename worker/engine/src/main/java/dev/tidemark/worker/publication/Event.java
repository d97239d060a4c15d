package dev.tidemark.worker.publication;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Rejection;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.ReceivedRecord;

/**
 * Something that is to be published.
 */
public sealed interface Event {

	/**
	 * A snapshot or a tombstone.
	 *
	 * @param type the event's type
	 * @param key the aggregate's key
	 * @param version the aggregate's version; null where there is no row to have one
	 * @param json the snapshot in UTF-8; null in a tombstone
	 * @param cause the command that caused it
	 */
	@SuppressWarnings("ArrayRecordComponent") // Bytes that pass through, and are never
												// compared.
	record ReadModelChanged(EventType type, String key, @Nullable Long version, byte @Nullable [] json,
			Cause cause) implements Event {
	}

	/**
	 * A command that the state forbade.
	 *
	 * @param rejection what is said of it
	 * @param cause the command
	 */
	record CommandRejected(Rejection rejection, Cause cause) implements Event {
	}

	/**
	 * A wake-up call to the commands that wait for an aggregate.
	 *
	 * @param aggregate the aggregate
	 * @param cause the command that made it possible to go on
	 */
	record Resume(AggregateKey aggregate, Cause cause) implements Event {
	}

	/**
	 * A record that can't be applied, kept as it came.
	 *
	 * @param record the record
	 * @param reason what is wrong with it
	 * @param detail the same for people; never a part of the value
	 */
	record DeadLetter(ReceivedRecord record, DeadLetterReason reason, String detail) implements Event {
	}

}
