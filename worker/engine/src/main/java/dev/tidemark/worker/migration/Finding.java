package dev.tidemark.worker.migration;

import java.util.List;
import java.util.Map;

/**
 * What a statement of a migration means for those who work beside it.
 *
 * @param migration the migration
 * @param statement the statement
 * @param verdict in a word
 * @param locks the locks that it takes, by tables
 * @param reasons what happens, a sentence each
 * @param ways what to write instead
 */
record Finding(Migration migration, String statement, Verdict verdict, Map<String, TableLock> locks,
		List<String> reasons, List<SafeWay> ways) {

	/**
	 * Tells whether the migration's label promises what is not so: an {@code expand}
	 * keeps nobody waiting, and breaks nobody.
	 */
	boolean isRefused() {
		return switch (this.verdict) {
			case FINE, NOTE -> false;
			case WAITS, BREAKS -> this.migration.impact() != Impact.CONTRACT;
			case WRONG -> true;
		};
	}

	/**
	 * Verdicts, the mildest first.
	 */
	enum Verdict {

		/** Nobody notices. */
		FINE,

		/** Nobody is hurt, and yet there is something to know. */
		NOTE,

		/** Others wait, the longer, the larger the table is. */
		WAITS,

		/** The previous worker can't go on. */
		BREAKS,

		/** It can't run as it is, or has no place in a migration. */
		WRONG

	}

}
