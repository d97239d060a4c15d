package dev.tidemark.worker.migration;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * What a statement has done to a copy of the schema, as the catalog tells.
 *
 * @param statement the statement
 * @param takes the locks that it takes, of each table the strongest
 * @param holds the locks that its transaction holds then
 * @param work what takes longer, the more rows a table has
 * @param changes what the previous worker notices
 * @param obstacle why it can't be part of a migration, or of this one
 */
record Effect(String statement, Map<String, TableLock> takes, Map<String, TableLock> holds, List<Work> work,
		List<Change> changes, Obstacle obstacle) {

	/**
	 * What is done with all rows of a table.
	 *
	 * @param kind what
	 * @param table the table's name
	 */
	record Work(Kind kind, String table) {

		/**
		 * Kinds of work.
		 */
		enum Kind {

			/** All rows are read. */
			SCAN("is scanned"),

			/** An index is built on all rows. */
			INDEX("gets an index built"),

			/** All rows and indexes are written anew. */
			REWRITE("is written anew"),

			/** Rows are changed, and locked until the transaction ends. */
			ROWS("has its rows changed, which stay locked until the end");

			private final String words;

			Kind(String words) {
				this.words = words;
			}

			String words() {
				return this.words;
			}

		}

	}

	/**
	 * Something that is not any more as the previous worker knows it.
	 *
	 * @param event what has happened
	 * @param words what that means, in a sentence
	 */
	record Change(Event event, String words) {

		/**
		 * Kinds of changes.
		 */
		enum Event {

			/** A table that is not there. */
			TABLE_GONE,

			/** A table by another name. */
			TABLE_RENAMED,

			/** A table without its rows. */
			TABLE_EMPTIED,

			/** A column that is not there. */
			COLUMN_GONE,

			/** A column by another name. */
			COLUMN_RENAMED,

			/** A column that takes or gives something else. */
			TYPE,

			/** A column that takes no null any more. */
			NOT_NULL,

			/** A new column that every row must have. */
			MANDATORY_COLUMN,

			/** A column without its default. */
			DEFAULT_GONE,

			/** A column that nobody may write any more. */
			NO_VALUE,

			/** A condition that rows may not meet. */
			CHECK,

			/** A reference that rows may not have. */
			FOREIGN_KEY,

			/** What no two rows may have any more. */
			UNIQUE,

			/** What two rows may not have together any more. */
			EXCLUDED,

			/** An index that is not there. */
			INDEX_GONE,

			/** What a foreign key does is not done. */
			REFERENCE_GONE,

			/** Rows that are hidden. */
			ROWS_HIDDEN,

			/** Rows that are in another table. */
			ROWS_GONE,

			/** A column that may be null. */
			NULLABLE,

			/** A function, a type, a right or the like that is not there. */
			THING_GONE,

			/** A function, a view or the like that is another one. */
			THING_CHANGED,

			/** A rule of who sees which rows. */
			POLICY,

			/** Something that happens when rows are written. */
			TRIGGER;

			private static final EnumSet<Event> HARMLESS = EnumSet.of(NULLABLE, THING_CHANGED, POLICY, TRIGGER);

			/** Tells whether the previous worker can't go on. */
			boolean breaks() {
				return !HARMLESS.contains(this);
			}

		}

	}

	/**
	 * Why a statement can't be part of a migration, or of this one.
	 */
	enum Obstacle {

		/** It can. */
		NONE,

		/** It can't run in a transaction, and the migration is one. */
		NO_TRANSACTION,

		/** It ends the transaction, or begins one. */
		ENDS_TRANSACTION,

		/** It changes what is the server's: roles, databases, settings. */
		CHANGES_SERVER

	}

}
