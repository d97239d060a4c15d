package dev.tidemark.benchmark;

/**
 * What a workload is made of.
 *
 * @param createOnly whether there is nothing but creates
 * @param hotKey whether half of all commands are for one task
 * @param descriptionBytes how long every description is; 0 for short ones of all lengths
 * @param prefilled how many tasks there are beforehand
 */
record Shape(boolean createOnly, boolean hotKey, int descriptionBytes, int prefilled) {

	/** Creates, updates, completions and deletions on tables that grow from empty. */
	static final Shape MIXED = new Shape(false, false, 0, 0);

	/** What Debezium's sink can do, too. */
	static final Shape CREATE_ONLY = new Shape(true, false, 0, 0);

}
