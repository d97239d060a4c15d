package dev.tidemark.worker.operations;

/**
 * Nobody takes the output any more: the disk is full, or its reader has had enough.
 * Thrown only where nothing but reading is left undone.
 */
final class OutputGoneException extends RuntimeException {

	private static final long serialVersionUID = 1L;

}
