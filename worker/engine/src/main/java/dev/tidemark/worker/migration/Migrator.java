package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Changes a database, one migration at a time. A migration's statements and its line in
 * the history are committed together, so that a migration that fails or is killed has not
 * happened; only one that says {@code runInTransaction:false} can be left half-way.
 */
final class Migrator implements AutoCloseable {

	private final Connection connection;

	private final Changelog changelog;

	private final Progress progress;

	private final MigrationLock lock;

	private final String deployment = deployment();

	/**
	 * Waits until no other migration is running in the database.
	 * @param connection the session to use, in auto-commit
	 * @param changelog the migrations
	 * @param progress is told what happens
	 * @param lockTimeout how long to wait
	 */
	Migrator(Connection connection, Changelog changelog, Progress progress, Duration lockTimeout) throws SQLException {
		this.connection = connection;
		this.changelog = changelog;
		this.progress = progress;
		this.lock = MigrationLock.take(connection, lockTimeout, progress::say);
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
			this.progress.watch(migration.id(), "applied", () -> run(migration, statements));
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
		inTransaction(statements);
	}

	/**
	 * Lets the worker's role read and write rows.
	 * @param statement the statement of {@link Grants}, or null if there is nothing to
	 * grant
	 */
	void grant(@Nullable String statement) throws SQLException {
		if (statement != null) {
			inTransaction(List.of(statement));
		}
	}

	/**
	 * Drops whatever the schema holds, history included.
	 * @param statements the statements that do it
	 */
	void drop(List<String> statements) throws SQLException {
		this.progress.watch("everything", "dropped", () -> inTransaction(statements));
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
		inTransaction(List.of(AppliedMigration.CREATE_HISTORY));
	}

	private void run(Migration migration, List<String> statements) {
		try {
			if (migration.isTransactional()) {
				inTransaction(statements);
			}
			else {
				oneByOne(statements);
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

	private void inTransaction(List<String> statements) throws SQLException {
		this.connection.setAutoCommit(false);
		try {
			oneByOne(statements);
			this.connection.commit();
		}
		catch (SQLException ex) {
			rollback(ex);
			throw ex;
		}
		this.connection.setAutoCommit(true);
	}

	private void rollback(SQLException cause) {
		try {
			this.connection.rollback();
			this.connection.setAutoCommit(true);
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

	private void oneByOne(List<String> statements) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.setEscapeProcessing(false);
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	/** Lets the next one go on. */
	@Override
	public void close() throws SQLException {
		this.lock.close();
	}

}
