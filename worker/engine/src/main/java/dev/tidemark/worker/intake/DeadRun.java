package dev.tidemark.worker.intake;

/**
 * How the dead letters of a poll lie among its records.
 *
 * @param letters how many there are, those of commands that had waited included
 * @param leading how many come before the first good record
 * @param longest how many come in a row at the most
 * @param trailing how many come after the last good record
 */
record DeadRun(int letters, int leading, int longest, int trailing) {

	/** A poll without any. */
	static final DeadRun NONE = new DeadRun(0, 0, 0, 0);

	/**
	 * Looks at a poll.
	 * @param letters how many dead letters come of it
	 * @param dead record by record, whether it is one
	 */
	static DeadRun of(int letters, Iterable<Boolean> dead) {
		int leading = 0;
		int longest = 0;
		int current = 0;
		boolean good = false;
		for (boolean letter : dead) {
			current = letter ? current + 1 : 0;
			good = good || !letter;
			leading = good ? leading : current;
			longest = Math.max(longest, current);
		}
		return new DeadRun(letters, leading, longest, current);
	}

}
