package dev.tidemark.worker.migration;

/**
 * What to write instead of a statement that hurts.
 */
enum SafeWay {

	/** Out of a transaction. */
	ALONE("alone", "put it into a file of its own, with runInTransaction:false, so that it can run again"),

	/** Without transaction control. */
	NO_TRANSACTION_CONTROL("no begin or commit",
			"leave it out: a migration and its line in the history are one transaction; what must not be one goes into a file with runInTransaction:false"),

	/** By an administrator. */
	ADMINISTRATOR("an administrator", "have an administrator do it: it changes the server, and not the schema"),

	/** Drop late. */
	DROP_LATER("drop one release later",
			"label it contract, in the release after the one whose worker does not use it any more"),

	/** Rename in two releases. */
	RENAME("a second column, or a view",
			"add a column by the new name (expand), write both, fill the old rows in batches, read the new one, and drop the old one a release later (contract); a table keeps its name, and gets a view by the new one"),

	/** Change a type by a new column. */
	NEW_COLUMN("a column of the new type",
			"add a column of the new type (expand), write both, fill the old rows in batches, read the new one, and drop the old one a release later (contract)"),

	/** A new value without a rewrite. */
	ADD_THEN_FILL("add, then fill in batches",
			"add the column without a value, or with a constant default, which costs nothing; set the default that is drawn after that; fill the old rows in batches"),

	/** Mandatory late. */
	MANDATORY_LATER("a default, or mandatory later",
			"add it with a constant default, or without not null; it becomes mandatory one release later, when every worker writes it"),

	/** Not null by a check. */
	NOT_NULL("a validated check first",
			"fill the nulls in batches; then, one release after every worker writes it (contract): add constraint C check (column is not null) not valid; in the next file: validate constraint C; in the one after that: alter column set not null, which trusts the check and scans nothing; then, in a statement of its own, drop constraint C, which would otherwise go first"),

	/** Check without a scan. */
	CHECK("not valid, then validate",
			"add constraint … check (…) not valid; in the next file: validate constraint, behind which nobody waits; if the previous worker may write what it refuses, one release after that (contract)"),

	/** Reference without a scan. */
	FOREIGN_KEY("not valid, then validate",
			"add constraint … foreign key … not valid; in the next file: validate constraint, behind which nobody waits; if the previous worker may write what it refuses, one release after that (contract)"),

	/** Index while others write. */
	INDEX("concurrently", "create index concurrently if not exists, in a file of its own with runInTransaction:false"),

	/** Unique index while others write. */
	UNIQUE("a unique index, concurrently",
			"create unique index concurrently, in a file of its own with runInTransaction:false, in the release after the one whose worker keeps to it (contract); in the next file, if it has to be a constraint: add constraint … unique using index"),

	/** Index dropped while others read. */
	DROP_INDEX("drop it concurrently, later",
			"label it contract, in the release after the one whose worker does not need it; drop index concurrently if exists, in a file of its own with runInTransaction:false"),

	/** Rebuild while others write. */
	REINDEX("concurrently", "reindex … concurrently, in a file of its own with runInTransaction:false"),

	/** Not a migration. */
	REPACK("not in a migration",
			"leave it out: a plain vacuum gives the space back to the table, and pg_repack or pg_squeeze to the disk, while others write"),

	/** Rows in steps. */
	BATCHES("in batches",
			"one update or delete in a file of its own, with runInTransaction:false and the line --in-batches before it: a thousand rows at a time, each time in a transaction of its own"),

	/** Not while a lock is held. */
	OWN_FILE("a file of its own",
			"put what takes long into a file of its own: until its transaction ends, the locks of the statements before it are held"),

	/** Nothing to be done about it. */
	QUIET_HOURS("when nobody writes", "there is no way that nobody waits behind: do it while the workers are stopped"),

	/** Rights instead of policies. */
	NO_POLICIES("grant the worker all rows",
			"add a policy that shows the worker's role all rows in the same migration"),

	/** Deleting is slow, and polite. */
	DELETE_IN_BATCHES("delete in batches",
			"label it contract, if the previous worker still needs the rows; delete them in batches otherwise");

	private final String title;

	private final String advice;

	SafeWay(String title, String advice) {
		this.title = title;
		this.advice = advice;
	}

	/** In few words. */
	String title() {
		return this.title;
	}

	/** Written out. */
	String advice() {
		return this.advice;
	}

}
