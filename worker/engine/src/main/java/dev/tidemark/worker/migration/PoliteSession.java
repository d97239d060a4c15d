package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Runs statements as {@link Patience} says. What can't have a lock is undone, and tried
 * again; each time, whoever is in the way is named.
 */
final class PoliteSession implements AutoCloseable {

	/** A lock was not to be had in time; a deadlock was broken here. */
	private static final Set<String> LOCK_FAILURES = Set.of("55P03", "40P01");

	private final Connection connection;

	private final Patience patience;

	private final LockWatch watch;

	private final Consumer<String> listener;

	private final String lockTimeoutBefore;

	/**
	 * Takes a session over, until it is closed.
	 * @param connection the session, in auto-commit
	 * @param patience how it waits
	 * @param watch sees who is in the way
	 * @param listener is told what is waited for, a line each time
	 */
	PoliteSession(Connection connection, Patience patience, LockWatch watch, Consumer<String> listener)
			throws SQLException {
		this.connection = connection;
		this.patience = patience;
		this.watch = watch;
		this.listener = listener;
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("show lock_timeout")) {
			row.next();
			this.lockTimeoutBefore = row.getString(1);
		}
	}

	/**
	 * Runs statements as one transaction.
	 * @param name whose they are, for people
	 * @param statements the statements
	 * @throws SQLException if one fails, or gets no lock for too long; nothing has
	 * happened then
	 */
	void inTransaction(String name, List<String> statements) throws SQLException {
		patiently(name, () -> {
			execute(this.patience.lockTimeout());
			this.connection.setAutoCommit(false);
			try {
				for (String sql : statements) {
					execute(sql);
					waitLess();
				}
				this.connection.commit();
			}
			catch (SQLException ex) {
				rollback(ex);
				throw ex;
			}
			this.connection.setAutoCommit(true);
		});
	}

	/**
	 * While one lock of a transaction is waited for, others wait for those that it has:
	 * for all together, it waits no longer than for one.
	 */
	private void waitLess() throws SQLException {
		Duration blocked = this.watch.blocked();
		if (!blocked.isZero()) {
			execute(Patience.lockTimeout(this.patience.queueFor().minus(blocked)));
		}
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

	/**
	 * Runs statements that each take effect at once. One that gets no lock is tried again
	 * by itself, as those before it have happened. An index that is found invalid is
	 * dropped before it is built.
	 * @param name whose they are, for people
	 * @param statements the statements
	 * @throws SQLException if one fails, or gets no lock for too long
	 */
	void oneByOne(String name, List<String> statements) throws SQLException {
		for (String sql : statements) {
			ConcurrentIndex index = ConcurrentIndex.of(sql);
			try {
				patiently(name, () -> {
					execute(ConcurrentIndex.isHarmless(sql) ? this.patience.longLockTimeout()
							: this.patience.lockTimeout());
					if (index != null) {
						drop(name, index);
					}
					execute(sql);
				});
			}
			catch (SQLException ex) {
				if (index != null) {
					throw tidied(index, ex);
				}
				throw ex;
			}
		}
	}

	private void drop(String name, ConcurrentIndex index) throws SQLException {
		String drop = index.dropStatement(this.connection);
		if (drop != null) {
			this.listener.accept("%s: the index %s is invalid, left by an attempt that did not end: builds it again"
				.formatted(name, index.name()));
			execute(drop);
		}
	}

	private SQLException tidied(ConcurrentIndex index, SQLException cause) {
		try {
			String drop = index.dropStatement(this.connection);
			if (drop != null) {
				execute(this.patience.lockTimeout());
				execute(drop);
			}
			return cause;
		}
		catch (SQLException ex) {
			SQLException untidy = new SQLException("%s; the index %s is left, invalid, and is built again next time"
				.formatted(cause.getMessage(), index.name()), cause.getSQLState(), cause);
			untidy.addSuppressed(ex);
			return untidy;
		}
	}

	private void patiently(String name, Attempt attempt) throws SQLException {
		long end = System.nanoTime() + this.patience.retryFor().toNanos();
		for (int attempts = 1;; attempts++) {
			this.watch.begin();
			try {
				attempt.run();
				return;
			}
			catch (SQLException ex) {
				if (!LOCK_FAILURES.contains(String.valueOf(ex.getSQLState()))) {
					throw ex;
				}
				this.watch.end();
				String blockers = inTheWay(this.watch.seen());
				Duration left = Duration.ofNanos(end - System.nanoTime());
				if (!left.isPositive()) {
					throw new SQLException(
							"It got no lock within %s, in %d %s; %s".formatted(Patience.text(this.patience.retryFor()),
									attempts, (attempts == 1) ? "attempt" : "attempts", blockers),
							ex.getSQLState(), ex);
				}
				Duration pause = this.patience.pause(attempts);
				pause = (pause.compareTo(left) > 0) ? left : pause;
				this.listener.accept("%s: gets no lock, and lets others pass; tries again in %s; %s".formatted(name,
						Patience.text(pause), blockers));
				sleep(pause);
			}
			finally {
				this.watch.end();
			}
		}
	}

	private static String inTheWay(@Nullable String blockers) {
		return (blockers != null) ? "in the way: " + blockers : "who is in the way was not to be seen";
	}

	private static void sleep(Duration pause) {
		try {
			Thread.sleep(pause);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new MigrationException("Interrupted while waiting for a lock", ex);
		}
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.setEscapeProcessing(false);
			statement.execute(sql);
		}
	}

	/** Leaves the session as it was. */
	@Override
	public void close() throws SQLException {
		execute("set lock_timeout = " + Sql.literal(this.lockTimeoutBefore));
	}

	/**
	 * What is done until it succeeds.
	 */
	@FunctionalInterface
	private interface Attempt {

		void run() throws SQLException;

	}

}
