package dev.tidemark.worker.outcome;

/**
 * The database is not where it must have been before a poll: nothing of it counts.
 */
public final class OutOfStepException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	OutOfStepException() {
		super("The database is not where the consumer group has left it");
	}

}
