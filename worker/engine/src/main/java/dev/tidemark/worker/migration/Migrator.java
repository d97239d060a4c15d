package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Changes a database, one migration at a time. A migration's statements and its line in
 * the history are committed together, so that a migration that fails or is killed has not
 * happened; only one that says {@code runInTransaction:false} can be left half-way. It
 * waits for locks as {@link Patience} says.
 */
final class Migrator implements AutoCloseable {

	private final Connection connection;

	private final Changelog changelog;

	private final Progress progress;

	private final Batching batching;

	private final MigrationLock lock;

	private final LockWatch watch;

	private final PoliteSession session;

	private final String deployment = deployment();

	/**
	 * Waits until no other migration is running in the database.
	 * @param connection the session to use, in auto-commit
	 * @param changelog the migrations
	 * @param progress is told what happens
	 * @param lockTimeout how long to wait
	 */
	Migrator(Connection connection, Changelog changelog, Progress progress, Duration lockTimeout) throws SQLException {
		this(connection, changelog, progress, lockTimeout, Patience.DEFAULT, Batching.DEFAULT, null);
	}

	/**
	 * Waits until no other migration is running in the database.
	 * @param connection the session to use, in auto-commit
	 * @param changelog the migrations
	 * @param progress is told what happens
	 * @param lockTimeout how long to wait
	 * @param patience how to wait for locks after that
	 * @param batching how to work through a large table
	 * @param sessions opens a second session, which sees who is in the way; null if there
	 * is none to be had
	 */
	Migrator(Connection connection, Changelog changelog, Progress progress, Duration lockTimeout, Patience patience,
			Batching batching, LockWatch.@Nullable Sessions sessions) throws SQLException {
		this.connection = connection;
		this.changelog = changelog;
		this.progress = progress;
		this.batching = batching;
		this.lock = MigrationLock.take(connection, lockTimeout, progress::say);
		this.watch = new LockWatch(connection, sessions, patience);
		this.session = new PoliteSession(connection, patience, this.watch, progress::say);
		progress.tellOf(this.watch::blocking);
	}

	/** What the lines of one run have in common in the history, as Liquibase does it. */
	static String deployment() {
		String millis = Long.toString(System.currentTimeMillis());
		return millis.substring(millis.length() - 10);
	}

	SchemaState state() throws SQLException {
		return new SchemaState(this.changelog, AppliedMigration.history(this.connection));
	}

	/**
	 * Applies migrations.
	 * @param migrations the migrations, in the order in which they shall run
	 */
	void upgrade(List<Migration> migrations) throws SQLException {
		ensureHistory();
		for (Migration migration : migrations) {
			List<String> statements = new ArrayList<>(migration.upgradeStatements());
			statements.add(migration.recordStatement(this.deployment));
			this.progress.watch(migration.id(), "applied", () -> {
				if (migration.isInBatches()) {
					fill(migration);
				}
				else {
					run(migration, statements);
				}
			});
		}
	}

	/**
	 * Takes migrations back.
	 * @param migrations the migrations, the last one first
	 */
	void downgrade(List<Migration> migrations) throws SQLException {
		for (Migration migration : migrations) {
			List<String> statements = new ArrayList<>(migration.downgradeStatements());
			statements.add(AppliedMigration.forgetStatement(migration.id()));
			this.progress.watch(migration.id(), "undone", () -> run(migration, statements));
		}
	}

	/**
	 * Makes the history say that exactly these migrations have run, and as their files
	 * are now.
	 * @param migrations the migrations, in their order
	 */
	void stamp(List<Migration> migrations) throws SQLException {
		ensureHistory();
		SchemaState state = state();
		List<Migration> edited = state.edited();
		List<String> statements = new ArrayList<>();
		List<String> kept = new ArrayList<>();
		for (AppliedMigration applied : state.history()) {
			boolean asStamped = migrations.stream()
				.anyMatch((migration) -> migration.id().equals(applied.id()) && !edited.contains(migration));
			if (asStamped) {
				kept.add(applied.id());
			}
			else {
				statements.add(AppliedMigration.forgetStatement(applied.id()));
			}
		}
		migrations.stream()
			.filter((migration) -> !kept.contains(migration.id()))
			.forEach((migration) -> statements.add(migration.recordStatement(this.deployment)));
		statements.add(BackFill.FORGET);
		this.session.inTransaction("the history", statements);
	}

	/**
	 * Builds the indexes again that migrations have built concurrently, and that are
	 * invalid: somebody ran the statements by hand, or said that they had run.
	 */
	void rebuildInvalidIndexes() throws SQLException {
		Map<String, ConcurrentIndex> indexes = new LinkedHashMap<>();
		SchemaState state = state();
		for (AppliedMigration applied : state.history()) {
			Migration migration = this.changelog.get(applied.id());
			for (String statement : (migration != null) ? migration.upgradeStatements() : List.<String>of()) {
				ConcurrentIndex index = ConcurrentIndex.of(statement);
				if (index != null) {
					indexes.put(index.name(), index);
				}
			}
		}
		for (ConcurrentIndex index : indexes.values()) {
			if (index.dropStatement(this.connection) != null) {
				this.progress.watch(index.name(), "built again",
						() -> this.session.oneByOne(index.name(), List.of(index.statement())));
			}
		}
	}

	/**
	 * Lets the worker's role read and write rows.
	 * @param statement the statement of {@link Grants}, or null if there is nothing to
	 * grant
	 */
	void grant(@Nullable String statement) throws SQLException {
		if (statement != null) {
			this.session.inTransaction("the worker's rights", List.of(statement));
		}
	}

	/**
	 * Drops whatever the schema holds, history included.
	 * @param statements the statements that do it
	 */
	void drop(List<String> statements) throws SQLException {
		this.progress.watch("everything", "dropped", () -> this.session.inTransaction("everything", statements));
	}

	private void ensureHistory() throws SQLException {
		// Asked first, because "if not exists" says so with a warning, and needs the
		// right to create.
		try (Statement statement = this.connection.createStatement();
				ResultSet row = statement.executeQuery("select to_regclass('databasechangelog') is not null")) {
			if (row.next() && row.getBoolean(1)) {
				return;
			}
		}
		this.session.inTransaction("the history", List.of(AppliedMigration.CREATE_HISTORY));
	}

	private void fill(Migration migration) {
		try {
			new BackFill(this.connection, this.session, this.progress, this.batching, migration)
				.run(migration.recordStatement(this.deployment));
		}
		catch (SQLException ex) {
			throw new MigrationException(
					"%s failed: %s. It runs in batches: the batches before it stay, and the next upgrade goes on behind them; nothing after it was run"
						.formatted(migration, reason(ex)),
					ex);
		}
	}

	private void run(Migration migration, List<String> statements) {
		try {
			if (migration.isTransactional()) {
				this.session.inTransaction(migration.id(), statements);
			}
			else {
				this.session.oneByOne(migration.id(), statements);
			}
		}
		catch (SQLException ex) {
			throw new MigrationException("%s failed: %s. %s"
				.formatted(migration, reason(ex), migration.isTransactional()
						? "It has been rolled back, and nothing after it was run"
						: "It does not run in a transaction: what it did before that stays; nothing after it was run"),
					ex);
		}
	}

	private static String reason(SQLException ex) {
		return String.valueOf(ex.getMessage()).lines().map(String::strip).reduce((a, b) -> a + "; " + b).orElse("?");
	}

	/** Lets the next one go on. */
	@Override
	public void close() throws SQLException {
		try (this.lock; this.session) {
			this.watch.close();
		}
	}

}
