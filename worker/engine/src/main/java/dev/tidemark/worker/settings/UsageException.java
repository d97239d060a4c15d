package dev.tidemark.worker.settings;

/**
 * A command line that means nothing, or nothing here. Nothing has been done.
 */
public final class UsageException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Refuses a command line.
	 * @param message says what is wrong with it
	 */
	public UsageException(String message) {
		super(message);
	}

}
