package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The SQL of an upgrade or a downgrade, for {@code psql} to run: what the command itself
 * would run, and as safely. It refuses a database that is not where it was when the
 * script was written, and ends at the first error, also where it would wait long for a
 * lock.
 */
final class Script {

	private final StringBuilder text = new StringBuilder();

	private final String deployment = Migrator.deployment();

	private final Patience patience;

	private Script(Patience patience) {
		this.patience = patience;
	}

	/**
	 * Writes an upgrade.
	 * @throws MigrationException if a table is not there yet that one in batches is about
	 */
	static String upgrade(Connection connection, SchemaState state, List<Migration> migrations, @Nullable String grants,
			MigrationSettings settings) throws SQLException {
		Script script = new Script(settings.patience());
		script.begin(state);
		if (state.history().isEmpty()) {
			script.statement(AppliedMigration.CREATE_HISTORY);
		}
		for (Migration migration : migrations) {
			script.step(migration, "", statements(connection, migration, settings.batching()),
					migration.recordStatement(script.deployment));
		}
		if (grants != null) {
			script.statement(grants);
		}
		return script.end();
	}

	private static List<String> statements(Connection connection, Migration migration, Batching batching)
			throws SQLException {
		if (!migration.isInBatches()) {
			return migration.upgradeStatements();
		}
		BatchedStatement statement = BackFill.statement(migration);
		return List.of(statement.script(BackFill.Key.of(connection, statement.table()).column(), batching));
	}

	static String downgrade(SchemaState state, List<Migration> migrations, Patience patience) {
		Script script = new Script(patience);
		script.begin(state);
		for (Migration migration : migrations) {
			script.step(migration, "undo ", migration.downgradeStatements(),
					AppliedMigration.forgetStatement(migration.id()));
		}
		return script.end();
	}

	private void begin(SchemaState state) {
		String expected = state.history().isEmpty() ? null
				: state.history().stream().map(AppliedMigration::id).collect(Collectors.joining(" "));
		this.text.append("\\set ON_ERROR_STOP on\n\n");
		statement("""
				do $check$
				declare
				  history text;
				begin
				  if not pg_try_advisory_lock(%d) then
				    raise exception 'another migration is running';
				  end if;
				  if to_regclass('databasechangelog') is not null then
				    select string_agg(id, ' ' order by orderexecuted) into history from databasechangelog;
				  end if;
				  if history is distinct from %s then
				    raise exception 'this script was written for a database at another migration';
				  end if;
				end
				$check$""".formatted(MigrationLock.KEY, Sql.literal(expected)));
		statement(this.patience.lockTimeout());
	}

	private void step(Migration migration, String undo, List<String> statements, String history) {
		this.text.append("-- ").append(undo).append(migration.id()).append('\n');
		if (migration.isTransactional()) {
			statement("begin");
		}
		statements.forEach(this::politely);
		statement(history);
		if (migration.isTransactional()) {
			statement("commit");
		}
	}

	/** As {@link PoliteSession} does, but for trying again. */
	private void politely(String sql) {
		boolean isHarmless = ConcurrentIndex.isHarmless(sql);
		if (isHarmless) {
			statement(this.patience.longLockTimeout());
		}
		statement(sql);
		if (isHarmless) {
			statement(this.patience.lockTimeout());
		}
	}

	private void statement(String sql) {
		String lastLine = sql.substring(sql.lastIndexOf('\n') + 1);
		// A semicolon at the end of a comment would be part of the comment.
		this.text.append(sql).append(lastLine.contains("--") ? "\n;" : ";").append("\n\n");
	}

	private String end() {
		statement("reset lock_timeout");
		statement("do $$ begin perform pg_advisory_unlock(%d); end $$".formatted(MigrationLock.KEY));
		return this.text.toString();
	}

}
