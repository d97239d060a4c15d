package dev.tidemark.worker.migration;

import org.jspecify.annotations.Nullable;

/**
 * A migration command can't do what it was asked for. The message is for the one line
 * that is shown: it says what, why, and what to do.
 */
class MigrationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	MigrationException(String message) {
		super(message);
	}

	MigrationException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
