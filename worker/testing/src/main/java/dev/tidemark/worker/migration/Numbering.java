package dev.tidemark.worker.migration;

/**
 * Whose number a migration has. Those of an application go on from the engine's first
 * ones, so the engine's later ones have numbers that no application gets to. They come
 * last then, in whatever release they were added: neither builds on the other's tables.
 */
final class Numbering {

	/** The first of the engine's later ones. */
	static final int LATER_ONES_OF_THE_ENGINE = 9001;

	private Numbering() {
	}

	/**
	 * Returns a migration's number.
	 * @param id its id, which begins with four digits
	 */
	static int of(String id) {
		return Integer.parseInt(id.substring(0, 4));
	}

	/**
	 * Tells whether the engine has added a migration when applications had gone on.
	 * @param id its id; one without a number is an application's
	 */
	static boolean isLaterOneOfTheEngine(String id) {
		return id.matches("\\d{4}-.*") && of(id) >= LATER_ONES_OF_THE_ENGINE;
	}

}
