package dev.tidemark.worker.operations;

/**
 * What was asked for could not be done; the message says why.
 */
final class OperationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	OperationException(String message) {
		super(message);
	}

}
