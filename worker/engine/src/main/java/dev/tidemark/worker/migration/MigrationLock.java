package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Lets one migration run at a time in a database. The lock belongs to the session that
 * the migration runs in, so that it can't outlive it: whoever is killed leaves nothing
 * locked. It is polled, because a session that waits for it in a statement would hold a
 * snapshot, and {@code create index concurrently} would wait for that in turn.
 */
final class MigrationLock implements AutoCloseable {

	/** "tidemark", as the bytes of a number. */
	static final long KEY = 0x746964656d61726bL;

	private static final long POLL_MILLIS = 250;

	private final Connection connection;

	private MigrationLock(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Takes the lock.
	 * @param connection the session, in auto-commit, that the migration is going to use
	 * @param timeout how long to wait
	 * @param listener is told once, if there is something to wait for
	 * @throws MigrationException if somebody else has held the lock for too long
	 */
	static MigrationLock take(Connection connection, Duration timeout, Consumer<String> listener) throws SQLException {
		long end = System.nanoTime() + timeout.toNanos();
		boolean told = false;
		try (Statement statement = connection.createStatement()) {
			// The server notices within a second that this process is gone, also while it
			// is busy for it, and within a minute that this machine is.
			statement.execute("set client_connection_check_interval = '1s'");
			statement.execute("set tcp_keepalives_idle = 20");
			statement.execute("set tcp_keepalives_interval = 10");
			statement.execute("set tcp_keepalives_count = 4");
			while (!tried(statement)) {
				if (System.nanoTime() > end) {
					throw new MigrationException("Another migration is still running after %d s: %s"
						.formatted(timeout.toSeconds(), holder(statement)));
				}
				if (!told) {
					listener.accept("Waiting for another migration: " + holder(statement));
					told = true;
				}
				Thread.sleep(POLL_MILLIS);
			}
			return new MigrationLock(connection);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new MigrationException("Interrupted while waiting for another migration", ex);
		}
	}

	private static boolean tried(Statement statement) throws SQLException {
		try (ResultSet row = statement.executeQuery("select pg_try_advisory_lock(%d)".formatted(KEY))) {
			return row.next() && row.getBoolean(1);
		}
	}

	private static String holder(Statement statement) throws SQLException {
		try (ResultSet row = statement.executeQuery(
				"""
						select format('server process %%s, from %%s, connected since %%s', pid, coalesce(host(client_addr), 'its own host'),
						  date_trunc('second', backend_start))
						from pg_locks join pg_stat_activity using (pid)
						where locktype = 'advisory' and granted and objsubid = 1
						  and database = (select oid from pg_database where datname = current_database())
						  and (classid::bigint << 32) | objid::bigint = %d"""
					.formatted(KEY))) {
			return row.next() ? row.getString(1) : "it has just ended";
		}
	}

	@Override
	public void close() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("select pg_advisory_unlock(%d)".formatted(KEY));
		}
	}

}
