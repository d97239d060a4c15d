package dev.tidemark.worker.outcome;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Coordinates;

/**
 * What a command has come to, for those who count and trace it. It counts when it has
 * been published.
 *
 * @param type the command's type
 * @param cause its id, its time, and what it passes on
 * @param coordinates the record that it came in
 * @param recordedAt the record's timestamp, in milliseconds since 1970; null if it is not
 * known, or there is no outcome
 * @param verdict the outcome; null for a duplicate, of which nothing comes
 * @param reason why it was rejected; null if it was not
 */
public record Decided(CommandType type, Cause cause, Coordinates coordinates, @Nullable Long recordedAt,
		@Nullable Verdict verdict, @Nullable RejectionReason reason) {
}
