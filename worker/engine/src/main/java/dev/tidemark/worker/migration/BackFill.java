package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Does a migration in batches, in the order of the table's primary key. How far it is, is
 * committed together with each batch, so that each row is done once, however often the
 * migration is killed. Rows keep their keys, so that none is passed over because a worker
 * changes it meanwhile; what workers add meanwhile behind the last key is done, too.
 */
final class BackFill {

	private static final String TABLE = "migration_progress";

	/** Forgets one that has begun, and that will not be ended. */
	static final String FORGET = "drop table if exists " + TABLE;

	private final Connection connection;

	private final PoliteSession session;

	private final Progress progress;

	private final Batching batching;

	private final Migration migration;

	private final BatchedStatement statement;

	/**
	 * Prepares a migration.
	 * @param connection the session, in auto-commit, that {@code session} uses
	 * @param session waits for locks
	 * @param progress is told how far it is
	 * @param batching how many rows at a time
	 * @param migration the migration, which is one in batches
	 */
	BackFill(Connection connection, PoliteSession session, Progress progress, Batching batching, Migration migration) {
		this.connection = connection;
		this.session = session;
		this.progress = progress;
		this.batching = batching;
		this.migration = migration;
		this.statement = statement(migration);
	}

	/**
	 * Makes sure that a migration's rows can be counted.
	 * @throws MigrationException if they can't
	 */
	static void requireKey(Connection connection, Migration migration) throws SQLException {
		Key.of(connection, statement(migration).table());
	}

	/** The statement of a migration that is one in batches. */
	static BatchedStatement statement(Migration migration) {
		return Objects.requireNonNull(BatchedStatement.of(migration.upgradeStatements().getFirst()), migration::id);
	}

	/**
	 * Does what is left to be done.
	 * @param record the statement that says so in the history
	 */
	void run(String record) throws SQLException {
		Key key = Key.of(this.connection, this.statement.table());
		long total = query("select greatest(reltuples, 0)::bigint from pg_class where oid = %s::regclass"
			.formatted(Sql.literal(this.statement.table())));
		Position position = begin();
		long rowsBefore = position.rows();
		long start = System.nanoTime();
		for (Position next = next(key, position); next != null; next = next(key, position)) {
			String upTo = key.literal(Objects.requireNonNull(next.key()));
			this.session.inTransaction(this.migration.id(),
					List.of(this.statement.within(key.column(), position.literal(key), upTo),
							"update %s set last_key = %s, rows = %d where id = %s".formatted(TABLE,
									Sql.literal(next.key()), next.rows(), Sql.literal(this.migration.id()))));
			position = next;
			this.progress.at(place(position.rows(), total, position.rows() - rowsBefore, System.nanoTime() - start));
			pause();
		}
		this.session.inTransaction(this.migration.id(), List.of("drop table " + TABLE, record));
	}

	/**
	 * Where another attempt has come to; the beginning if the file is not what it was.
	 */
	private Position begin() throws SQLException {
		List<String> statements = new ArrayList<>();
		if (query("select count(*) from pg_class where oid = to_regclass('%s')".formatted(TABLE)) == 0) {
			statements.add(
					"create table %s (id varchar(255) primary key, checksum text not null, last_key text, rows bigint not null)"
						.formatted(TABLE));
		}
		else {
			try (PreparedStatement query = this.connection
				.prepareStatement("select last_key, rows from %s where id = ? and checksum = ?".formatted(TABLE))) {
				query.setString(1, this.migration.id());
				query.setString(2, this.migration.checksum());
				try (ResultSet row = query.executeQuery()) {
					if (row.next()) {
						Position position = new Position(row.getString(1), row.getLong(2));
						this.progress.say("%s: goes on behind the first %s rows".formatted(this.migration.id(),
								TableSizes.text(position.rows())));
						return position;
					}
				}
			}
			statements.add("delete from " + TABLE);
		}
		statements.add("insert into %s values (%s, %s, null, 0)".formatted(TABLE, Sql.literal(this.migration.id()),
				Sql.literal(this.migration.checksum())));
		this.session.inTransaction(this.migration.id(), statements);
		return new Position(null, 0);
	}

	private @Nullable Position next(Key key, Position position) throws SQLException {
		try (Statement query = this.connection.createStatement();
				ResultSet row = query
					.executeQuery(this.statement.next(key.column(), position.literal(key), this.batching.rows()))) {
			return row.next() ? new Position(row.getString(1), position.rows() + row.getLong(2)) : null;
		}
	}

	private static String place(long rows, long total, long rowsNow, long nanos) {
		if (total <= rows) {
			return TableSizes.text(rows) + " rows";
		}
		Duration left = Duration.ofSeconds((long) ((double) nanos / rowsNow * (total - rows) / 1e9));
		return "%s of about %s rows, about %s left".formatted(TableSizes.text(rows), TableSizes.text(total),
				Patience.text(left));
	}

	private void pause() {
		try {
			Thread.sleep(this.batching.pause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new MigrationException("Interrupted between two batches; the next upgrade goes on from here", ex);
		}
	}

	private long query(String sql) throws SQLException {
		try (Statement query = this.connection.createStatement(); ResultSet row = query.executeQuery(sql)) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

	/**
	 * What has been done.
	 *
	 * @param key the last row's key; null before the first one
	 * @param rows how many rows there were until then
	 */
	private record Position(@Nullable String key, long rows) {

		@Nullable String literal(Key column) {
			return (this.key != null) ? column.literal(this.key) : null;
		}

	}

	/**
	 * A primary key.
	 *
	 * @param column its column
	 * @param type the column's type
	 */
	record Key(String column, String type) {

		/**
		 * Looks a table's key up.
		 * @param table the table, as a statement has it
		 * @throws MigrationException if it has none that rows can be counted by
		 */
		static Key of(Connection connection, String table) throws SQLException {
			try (PreparedStatement query = connection.prepareStatement("""
					select quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)
					from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
					where i.indisprimary and i.indnkeyatts = 1 and i.indrelid = ?::regclass""")) {
				query.setString(1, table);
				try (ResultSet row = query.executeQuery()) {
					if (row.next()) {
						return new Key(row.getString(1), row.getString(2));
					}
				}
			}
			throw new MigrationException(
					"In batches, rows go in the order of their primary key, and %s has none of one column"
						.formatted(table));
		}

		String literal(String value) {
			return "%s::%s".formatted(Sql.literal(value), this.type);
		}

	}

}
