package dev.tidemark.worker.operations;

/**
 * A command line that means nothing. Nothing has been done.
 */
final class UsageException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UsageException(String message) {
		super(message);
	}

}
