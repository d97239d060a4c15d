package dev.tidemark.worker.migration;

import java.util.Locale;

/**
 * PostgreSQL's locks on a table, the weakest first.
 */
enum TableLock {

	/** A query's. */
	ACCESS_SHARE,

	/** A query's that locks rows. */
	ROW_SHARE,

	/** An insert's, an update's, a delete's. */
	ROW_EXCLUSIVE,

	/** Keeps away what changes the table, and nobody who reads or writes. */
	SHARE_UPDATE_EXCLUSIVE,

	/** Keeps writers away. */
	SHARE,

	/** Keeps writers away, and its like. */
	SHARE_ROW_EXCLUSIVE,

	/** Keeps everybody away but readers. */
	EXCLUSIVE,

	/** Keeps everybody away. */
	ACCESS_EXCLUSIVE;

	/**
	 * Reads a mode.
	 * @param mode a mode, as {@code pg_locks} has it, such as {@code RowExclusiveLock}
	 */
	static TableLock of(String mode) {
		return valueOf(mode.replaceFirst("Lock$", "").replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
	}

	boolean keepsWritersAway() {
		return compareTo(SHARE) >= 0;
	}

	boolean keepsReadersAway() {
		return this == ACCESS_EXCLUSIVE;
	}

	/** Its name in PostgreSQL's manual. */
	@Override
	public String toString() {
		return name().replace('_', ' ');
	}

}
