package dev.tidemark.worker.deadletter;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant.
 *
 * @param topic the name of a dead-letter topic, or of the commands' topic before it; null
 * for both
 * @param reason the name of a reason; null for any
 */
public record Selection(@Nullable String topic, @Nullable String reason) {

	/** All there are. */
	public static final Selection ALL = new Selection(null, null);

	boolean has(DeadLetterRecord letter) {
		return this.reason == null || this.reason.equals(letter.reason());
	}

}
