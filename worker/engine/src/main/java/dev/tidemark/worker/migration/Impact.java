package dev.tidemark.worker.migration;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What a migration means for the worker of the release before it. A migration says it in
 * its label, which the database keeps, so that also a worker that does not have the file
 * knows whether it may run.
 */
enum Impact {

	/** It only adds: the previous worker keeps running, and can be started. */
	EXPAND,

	/** It changes or removes what the previous worker may use. */
	CONTRACT;

	/**
	 * Reads a label.
	 * @return the impact, or null if the label is another word
	 */
	static @Nullable Impact of(String label) {
		for (Impact impact : values()) {
			if (impact.label().equals(label)) {
				return impact;
			}
		}
		return null;
	}

	String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
