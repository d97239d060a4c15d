package dev.tidemark.benchmark;

/**
 * What a workload is made of.
 *
 * @param createOnly whether there is nothing but creates
 * @param hotKey whether half of all commands are for one task
 * @param descriptionBytes how long every description is; 0 for short ones of all lengths
 * @param prefilled how many tasks there are beforehand
 * @param logged whether their commands are in the log, two of each
 * @param keys how senders choose keys
 */
record Shape(boolean createOnly, boolean hotKey, int descriptionBytes, int prefilled, boolean logged, Keys keys) {

	/** Creates, updates, completions and deletions on tables that grow from empty. */
	static final Shape MIXED = new Shape(false, false, 0, 0, false, Keys.RANDOM);

	/** What Debezium's sink can do, too. */
	static final Shape CREATE_ONLY = new Shape(true, false, 0, 0, false, Keys.RANDOM);

	/** Half of all commands are for one task. */
	static final Shape HOT_KEY = new Shape(false, true, 0, 0, false, Keys.RANDOM);

	/** Every create and every update has a long description. */
	static Shape longRecords(int descriptionBytes) {
		return new Shape(false, false, descriptionBytes, 0, false, Keys.RANDOM);
	}

	/** There are tasks beforehand, and twice as many commands in the log. */
	static Shape grown(int prefilled, Keys keys) {
		return new Shape(false, false, 0, prefilled, true, keys);
	}

	/** There are tasks beforehand, of which the log has forgotten the commands. */
	static Shape filled(int prefilled) {
		return new Shape(false, false, 0, prefilled, false, Keys.RANDOM);
	}

}
