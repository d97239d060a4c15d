package dev.tidemark.worker.intake;

/**
 * So much of what comes is dead that nothing more is taken in until somebody has looked.
 */
final class TooManyDeadLettersException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	TooManyDeadLettersException(String found) {
		super(found + ": the intake stops. If the records are to blame, raise tidemark.guard.max-run or "
				+ "tidemark.guard.max-ratio and restart; if this release is, deploy the one before");
	}

}
