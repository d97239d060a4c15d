package dev.tidemark.worker.migration;

/**
 * A command line that means nothing, or nothing here. The database has not been touched.
 */
class UsageException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UsageException(String message) {
		super(message);
	}

}
