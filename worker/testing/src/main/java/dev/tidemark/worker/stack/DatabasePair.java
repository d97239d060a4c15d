package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * A PostgreSQL server and its standby, which has the other's log as it is written. When
 * the primary is gone, the standby can be promoted; then it is the primary, and a new
 * standby can be made in the old one's place.
 * <p>
 * Clients find the primary at an address that follows it: a {@link Link}, one for each
 * {@link View}. Another link is between the two servers.
 */
public final class DatabasePair implements Database {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String SLOT = "standby";

	/**
	 * When a transaction is committed.
	 */
	public enum Replication {

		/** When the standby has it on its disk, too. */
		SYNCHRONOUS,

		/** When the primary has it on its disk. */
		ASYNCHRONOUS

	}

	private Replication replication;

	private final List<Link> views;

	/** From the standby to the primary. */
	private final Link standbyToPrimary;

	private DatabaseProcess primary;

	private DatabaseProcess standby;

	/** Whether the standby has been made, and is one. */
	private boolean paired;

	/**
	 * Makes the servers, which do not run yet.
	 * @param directory where they keep their data
	 * @param replication when a transaction is committed
	 * @param views how many views there are
	 */
	DatabasePair(Path directory, Replication replication, int views) {
		this.replication = replication;
		this.primary = newServer(directory.resolve("one"));
		this.standby = newServer(directory.resolve("other"));
		int port = this.primary.address().port();
		this.views = IntStream.range(0, views).mapToObj((_) -> Link.to(port)).toList();
		this.standbyToPrimary = Link.to(port);
	}

	private static DatabaseProcess newServer(Path directory) {
		try {
			return new DatabaseProcess(Files.createDirectory(directory));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public DatabaseAddress address() {
		return address(0);
	}

	private DatabaseAddress address(int view) {
		DatabaseAddress server = this.primary.address();
		return new DatabaseAddress("localhost", link(view).port(), server.name(), server.user(), server.password());
	}

	/** The link from a view to the primary. */
	Link link(int view) {
		return this.views.get(view);
	}

	/**
	 * Returns the link by which the standby gets the primary's log.
	 * @return the link, whose server is the primary
	 */
	public Link replication() {
		return this.standbyToPrimary;
	}

	/**
	 * Returns the standby's administrator, who can read.
	 * @return the address of the server itself
	 */
	public DatabaseAddress standby() {
		return this.standby.address();
	}

	/**
	 * Starts the primary, and the standby if there is one; the first time, makes it.
	 */
	@Override
	public synchronized void start() {
		if (!this.primary.isRunning()) {
			this.primary.start();
		}
		if (!this.paired) {
			pair();
		}
		else if (!this.standby.isRunning()) {
			this.standby.start();
		}
	}

	/**
	 * Stops the primary the way a crash does. The standby waits for it.
	 */
	@Override
	public synchronized void stopImmediately() {
		this.primary.stopImmediately();
	}

	/**
	 * Stops the standby the way a crash does. While it is away, a primary whose
	 * replication is synchronous commits nothing.
	 */
	public synchronized void stopStandby() {
		this.standby.stopImmediately();
	}

	/**
	 * Starts the standby again. It asks the primary for what it has missed.
	 */
	public synchronized void startStandby() {
		this.standby.start();
	}

	/**
	 * Has the standby be the primary, to which all clients are led from now on. The old
	 * primary, which has to be stopped, stays so.
	 */
	public synchronized void promote() {
		if (this.primary.isRunning()) {
			throw new IllegalStateException("There would be two primaries");
		}
		execute(this.standby, "select pg_promote(true, %d)".formatted(PATIENCE.toSeconds()));
		patience("promoted").until(() -> query(this.standby, "select pg_is_in_recovery()").equals("f"));
		DatabaseProcess promoted = this.standby;
		this.standby = this.primary;
		this.primary = promoted;
		this.paired = false;
		int port = promoted.address().port();
		this.views.forEach((view) -> view.leadTo(port));
		this.standbyToPrimary.leadTo(port);
	}

	/**
	 * Makes a standby where the old primary was, whose data are dropped, and waits until
	 * it has caught up. Clients go on meanwhile.
	 */
	public synchronized void pair() {
		execute(this.primary, "select pg_create_physical_replication_slot('%s', true)".formatted(SLOT));
		this.standby.copy(this.primary);
		try {
			// These settings are the server's own, and not the one's that was copied.
			Files.writeString(this.standby.data().resolve("postgresql.auto.conf"), """
					primary_conninfo = 'host=127.0.0.1 port=%d user=%s application_name=%s'
					primary_slot_name = '%3$s'
					wal_retrieve_retry_interval = 500
					""".formatted(this.standbyToPrimary.port(), this.primary.address().user(), SLOT));
			Files.createFile(this.standby.data().resolve("standby.signal"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.standby.start();
		this.paired = true;
		replicate(this.replication);
	}

	/**
	 * Changes when transactions are committed from now on, once the standby has caught
	 * up.
	 * @param changed when
	 */
	public synchronized void replicate(Replication changed) {
		this.replication = changed;
		awaitStandby();
		boolean synchronous = changed == Replication.SYNCHRONOUS;
		execute(this.primary, "alter system set synchronous_standby_names = '%s'".formatted(synchronous ? SLOT : ""));
		execute(this.primary, "select pg_reload_conf()");
		String expected = synchronous ? "sync" : "async";
		patience("standby is " + expected)
			.until(() -> query(this.primary, "select max(sync_state) from pg_stat_replication").equals(expected));
	}

	/**
	 * Waits until the standby has all that the primary has written so far.
	 */
	public synchronized void awaitStandby() {
		String written = query(this.primary, "select pg_current_wal_flush_lsn()");
		patience("standby has caught up").until(() -> query(this.primary,
				"select count(*) from pg_stat_replication where state = 'streaming' and replay_lsn >= '%s'"
					.formatted(written))
			.equals("1"));
	}

	/**
	 * Tells how far the standby is behind.
	 * @return how many bytes of its log the primary has, and the standby has not
	 */
	public synchronized long behind() {
		String received = query(this.standby, "select pg_last_wal_receive_lsn()");
		return Long.parseLong(query(this.primary,
				"select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '%s')::bigint".formatted(received)));
	}

	private static void execute(DatabaseProcess server, String sql) {
		try (Connection connection = server.address().connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String query(DatabaseProcess server, String sql) {
		try (Connection connection = server.address().connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return Objects.requireNonNullElse(row.getString(1), "");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ConditionFactory patience(String what) {
		return Awaitility.await(what)
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(50))
			.ignoreExceptionsInstanceOf(IllegalStateException.class);
	}

	@Override
	public synchronized void close() {
		List<Link> links = new ArrayList<>(this.views);
		links.add(this.standbyToPrimary);
		links.forEach(Link::close);
		// A primary that stops in good order waits for a standby to have all.
		this.standby.close();
		this.primary.close();
	}

}
