package dev.tidemark.worker.migration;

/**
 * The database answers, and its schema is not one that this worker can work with. Waiting
 * does not help; the message says in one line what does.
 */
public class SchemaMismatchException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	SchemaMismatchException(String message) {
		super(message);
	}

}
