package dev.tidemark.worker.reading;

/**
 * What is wrong, in words to be put behind the name of what it is wrong with. They never
 * show what was sent.
 */
final class Mistake extends Exception {

	private static final long serialVersionUID = 1L;

	Mistake(String message) {
		super(message, null, false, false);
	}

}
