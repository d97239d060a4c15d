package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Sees who is in the way of a migration, from a second session: while the first one
 * waits, it can't ask, and when it has given up, it is too late.
 */
final class LockWatch implements AutoCloseable {

	private static final int MOST_NAMED = 3;

	private static final int LONGEST_QUERY = 100;

	private static final long SHORTEST_INTERVAL_MILLIS = 20;

	private static final long LONGEST_INTERVAL_MILLIS = 250;

	private static final String BLOCKERS = """
			select blocker.pid, a.application_name, a.usename, coalesce(a.state, a.backend_type), a.xact_start, a.query,
			  round(extract(epoch from clock_timestamp() - a.xact_start))
			from pg_stat_activity me
			  cross join lateral (select distinct unnest(pg_blocking_pids(me.pid)) as pid) blocker
			  left join pg_stat_activity a on a.pid = blocker.pid
			where me.pid = ? and me.wait_event_type = 'Lock'
			order by a.xact_start nulls last, blocker.pid""";

	private final @Nullable Sessions sessions;

	private final int process;

	private final ScheduledExecutorService clock = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("migration-locks").factory());

	private final Future<?> looks;

	/**
	 * Opened on the clock's thread, outside of the lock, which nobody may hold for long.
	 */
	private volatile @Nullable Connection session;

	/** Nobody is to be seen where no second session can be had. */
	private boolean isBlind;

	private boolean isWatching;

	private long lookedAt;

	private long blockedNanos;

	private @Nullable String seen;

	private boolean isBlocked;

	/**
	 * Watches nothing until it is asked to.
	 * @param watched the session of the migration
	 * @param sessions opens a second session, when it is needed first; null if there is
	 * none to be had
	 * @param patience how long the migration waits, which says how often to look
	 */
	LockWatch(Connection watched, @Nullable Sessions sessions, Patience patience) throws SQLException {
		this.sessions = sessions;
		this.isBlind = sessions == null;
		this.process = process(watched);
		long interval = Math.clamp(patience.queueFor().toMillis() / 5, SHORTEST_INTERVAL_MILLIS,
				LONGEST_INTERVAL_MILLIS);
		this.looks = this.clock.scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.MILLISECONDS);
	}

	private static int process(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
			row.next();
			return row.getInt(1);
		}
	}

	/** Begins to watch. */
	synchronized void begin() {
		this.isWatching = true;
		this.lookedAt = System.nanoTime();
		this.blockedNanos = 0;
		this.seen = null;
		this.isBlocked = false;
	}

	/** Watches no more. What was seen is kept until the next time. */
	synchronized void end() {
		this.isWatching = false;
		this.isBlocked = false;
	}

	/** Who was seen in the way last, or null if nobody was. */
	synchronized @Nullable String seen() {
		return this.seen;
	}

	/** Who is in the way now, or null if nobody is. */
	synchronized @Nullable String blocking() {
		return this.isBlocked ? this.seen : null;
	}

	/** About how long somebody was in the way, since it began. */
	synchronized Duration blocked() {
		return Duration.ofNanos(this.blockedNanos);
	}

	private void look() {
		synchronized (this) {
			if (!this.isWatching || this.isBlind) {
				return;
			}
		}
		try {
			see(blockers());
		}
		catch (SQLException | RuntimeException ex) {
			// No more connections, or no right to them: the migration goes on unwatched.
			synchronized (this) {
				this.isBlind = true;
			}
		}
	}

	private synchronized void see(@Nullable String blockers) {
		long now = System.nanoTime();
		this.isBlocked = this.isWatching && blockers != null;
		if (this.isBlocked) {
			this.seen = blockers;
			this.blockedNanos += now - this.lookedAt;
		}
		this.lookedAt = now;
	}

	private @Nullable String blockers() throws SQLException {
		try (PreparedStatement query = session().prepareStatement(BLOCKERS)) {
			query.setInt(1, this.process);
			List<String> blockers = new ArrayList<>();
			int others = 0;
			try (ResultSet rows = query.executeQuery()) {
				while (rows.next()) {
					if (blockers.size() < MOST_NAMED) {
						blockers.add(describe(rows));
					}
					else {
						others++;
					}
				}
			}
			if (others > 0) {
				blockers.add("and %d more".formatted(others));
			}
			return blockers.isEmpty() ? null : String.join("; ", blockers);
		}
	}

	private Connection session() throws SQLException {
		Connection open = this.session;
		if (open == null) {
			open = Objects.requireNonNull(this.sessions, "who is blind does not look").open();
			this.session = open;
			if (this.clock.isShutdown()) {
				open.close();
			}
		}
		return open;
	}

	private static String describe(ResultSet row) throws SQLException {
		int process = row.getInt(1);
		if (process == 0) {
			return "a prepared transaction (pg_prepared_xacts)";
		}
		String application = row.getString(2);
		String role = row.getString(3);
		String state = row.getString(4);
		OffsetDateTime since = row.getObject(5, OffsetDateTime.class);
		List<String> facts = new ArrayList<>();
		if (application != null && !application.isBlank()) {
			facts.add(application);
		}
		if (role != null) {
			facts.add("role " + role);
		}
		facts.add((state != null) ? state : "more is seen by a member of pg_read_all_stats");
		if (since != null) {
			facts.add(
					"its transaction open for %s, since %s".formatted(Patience.text(Duration.ofSeconds(row.getLong(7))),
							since.toInstant().truncatedTo(ChronoUnit.SECONDS)));
		}
		String query = row.getString(6);
		boolean isKnown = state != null && query != null && !query.isBlank();
		return "process %d (%s)%s".formatted(process, String.join(", ", facts), isKnown ? ": " + shortened(query) : "");
	}

	/**
	 * Shows of a query what it does, in one line, and none of the values in it.
	 */
	static String shortened(String query) {
		StringBuilder text = new StringBuilder();
		for (SqlTokens.Token token : SqlTokens.of(query)) {
			switch (token.kind()) {
				case LITERAL -> text.append("'…'");
				case SPACE, COMMENT -> text.append(' ');
				default -> text.append(token.text());
			}
		}
		String line = text.toString().replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
		return (line.length() > LONGEST_QUERY) ? line.substring(0,
				line.offsetByCodePoints(0, Math.min(LONGEST_QUERY, line.codePointCount(0, line.length())))) + "…"
				: line;
	}

	@Override
	public void close() throws SQLException {
		this.looks.cancel(true);
		this.clock.shutdownNow();
		Connection open = this.session;
		if (open != null) {
			open.close();
		}
	}

	/**
	 * Opens a session of the same role as the migration's.
	 */
	@FunctionalInterface
	interface Sessions {

		Connection open() throws SQLException;

	}

}
