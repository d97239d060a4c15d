package dev.tidemark.worker.intake;

/**
 * A topic no longer has what a partition was to go on with.
 */
final class RecordsLostException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	RecordsLostException(String message) {
		super(message);
	}

}
