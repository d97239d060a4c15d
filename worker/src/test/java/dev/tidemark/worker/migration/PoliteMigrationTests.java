package dev.tidemark.worker.migration;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.worker.migration.Cli.Result;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A migration that gets no lock keeps nobody waiting for long, says who is in the way,
 * and gets through in the end, or has not happened.
 * <p>
 * A real database, since it has the locks.
 */
class PoliteMigrationTests {

	private static final String SHORT_QUEUE = "--tidemark.migration.queue-for=200ms";

	private static final String NO_RETRY = "--tidemark.migration.retry-for=0s";

	private static final String INDEX = "create index concurrently if not exists users_created_at_idx on users (created_at);";

	private final DatabaseAddress database = Stack.shared().newTenant().database();

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final SourceTree sources;

	PoliteMigrationTests(@TempDir Path directory) throws IOException {
		this.sources = SourceTree.ofFirstRelease(directory);
	}

	@BeforeEach
	void migrateToTheFirstRelease() throws IOException, SQLException {
		assertThat(next().migrate("upgrade").exitCode()).isZero();
		execute("insert into users values ('ada', 'h', now(), now(), 1)");
	}

	/** The release that has what has been added to the sources by now. */
	private Cli next() throws IOException {
		return new Cli(this.database, this.sources.changelog());
	}

	private void execute(String sql) throws SQLException {
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private String query(String sql) throws SQLException {
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			return row.next() ? String.valueOf(row.getString(1)) : "nothing";
		}
	}

	private String index(String name) throws SQLException {
		return query("select case when indisvalid then 'valid' else 'invalid' end from pg_index "
				+ "where indexrelid = to_regclass('%s')".formatted(name));
	}

	private long count(String words) {
		return this.out.toString(StandardCharsets.UTF_8).lines().filter((line) -> line.contains(words)).count();
	}

	private void awaitLines(int count, String words) {
		await().atMost(Duration.ofSeconds(30)).until(() -> count(words) >= count);
	}

	private void awaitWaiting(String query) {
		await().atMost(Duration.ofSeconds(30))
			.until(() -> query("select count(*) from pg_stat_activity where datname = current_database() "
					+ "and wait_event_type = 'Lock' and query like '%s%%'".formatted(query))
				.equals("1"));
	}

	@ParameterizedTest
	@CsvSource({ "upgrade, head", "downgrade, -1" })
	void getsThroughBehindALongTransactionAndKeepsNobodyWaiting(String verb, String target) throws Exception {
		this.sources.with("0007-add-note", "alter table users add column note text;",
				"alter table users drop column note;");
		Cli next = next();
		if (verb.equals("downgrade")) {
			assertThat(next.migrate("upgrade").exitCode()).isZero();
		}
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
				Connection busy = this.database.connect();
				Statement statement = busy.createStatement();
				Connection reader = this.database.connect();
				Statement reading = reader.createStatement()) {
			busy.setAutoCommit(false);
			statement.execute("set application_name = 'monthly report'");
			statement.execute("update users set password_hash = 'sentinel' /* for 'ada' */\n where username = 'ada'");
			Future<Result> migration = threads.submit(() -> next.migrate(this.out, verb, target, SHORT_QUEUE));
			long longest = 0;
			while (count("gets no lock") < 3) {
				long start = System.nanoTime();
				reading.execute("select count(*) from users");
				longest = Math.max(longest, System.nanoTime() - start);
			}
			assertThat(migration.isDone()).isFalse();
			busy.commit();

			assertThat(migration.get().exitCode()).as("%s", migration.get()).isZero();
			// The queue's 200 ms, and what a busy machine adds to it.
			assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofMillis(1200));
			assertThat(migration.get().out()).doesNotContain("sentinel", "ada");
			assertThat(migration.get().out().lines()).filteredOn((line) -> line.contains("gets no lock"))
				.first()
				.asString()
				.matches("0007-add-note: gets no lock, and lets others pass; tries again in \\d+ ms; "
						+ "in the way: process \\d+ \\(monthly report, role %s, idle in transaction, "
							.formatted(this.database.user())
						+ "its transaction open for \\d+ s, since [-0-9T:]+Z\\): "
						+ "update users set password_hash = '…' where username = '…'");
		}
	}

	@Test
	void whatItIsNotAllowedToSeeIsSaid() throws Exception {
		this.sources.with("0007-add-note", "alter table users add column note text;",
				"alter table users drop column note;");
		DatabaseAddress administrator = Stack.shared().database();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
				Connection busy = new DatabaseAddress(this.database.host(), this.database.port(), this.database.name(),
						administrator.user(), administrator.password())
					.connect();
				Statement statement = busy.createStatement()) {
			busy.setAutoCommit(false);
			statement.execute("lock table users in access share mode");
			Cli next = next();
			Future<Result> migration = threads.submit(() -> next.migrate(this.out, "upgrade", SHORT_QUEUE));
			awaitLines(1, "gets no lock");
			busy.commit();
			assertThat(migration.get().out()).contains("role " + administrator.user())
				.contains("more is seen by a member of pg_read_all_stats)");
		}
	}

	@Test
	void whenTheTimeIsUsedUpNothingHasHappened() throws Exception {
		this.sources.with("0007-half", "create table half (); alter table users add column note text;",
				"alter table users drop column note; drop table half;");
		try (Connection busy = this.database.connect(); Statement statement = busy.createStatement()) {
			busy.setAutoCommit(false);
			statement.execute("lock table users in access share mode");
			Result result = next().migrate("upgrade", SHORT_QUEUE, "--tidemark.migration.retry-for=1s");

			assertThat(result.exitCode()).isEqualTo(1);
			assertThat(result.err()).hasLineCount(1)
				.matches("migrate: 0007-half failed: It got no lock within 1 s, in \\d attempts; "
						+ "in the way: process \\d+ \\(.*\\): lock table users in access share mode. "
						+ "It has been rolled back, and nothing after it was run\\R");
			assertThat(query("select to_regclass('half')")).isEqualTo("null");
			assertThat(next().migrate("current").out()).startsWith("0006-create-deferred-command, 1 behind head");
		}
		assertThat(next().migrate("upgrade").exitCode()).isZero();
	}

	/** A deadlock that is broken in the migration is somebody else's lock, too. */
	@Test
	void aDeadlockIsTriedAgain() throws IOException, SQLException {
		execute("create sequence attempts");
		this.sources.with("0007-deadlock", "labels:expand", """
				do $$ begin
				  if nextval('attempts') < 3 then
				    raise exception 'deadlock detected' using errcode = 'deadlock_detected';
				  end if;
				end $$;""", "empty");
		Result result = next().migrate("upgrade", SHORT_QUEUE);
		assertThat(result.exitCode()).isZero();
		assertThat(result.out().lines()).filteredOn((line) -> line.contains("gets no lock")).hasSize(2);
	}

	/** For two locks, one after the other, it waits no longer than for one. */
	@Test
	void allLocksOfATransactionAreWaitedForOnce() throws Exception {
		this.sources.with("0007-two-locks", "lock table dones; lock table users; lock table tasks;", "empty");
		Cli next = next();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
				Connection first = this.database.connect();
				Statement holdingUsers = first.createStatement();
				Connection second = this.database.connect();
				Statement holdingTasks = second.createStatement();
				Connection reader = this.database.connect();
				Statement reading = reader.createStatement()) {
			first.setAutoCommit(false);
			second.setAutoCommit(false);
			holdingUsers.execute("lock table users in access share mode");
			holdingTasks.execute("lock table tasks in access share mode");
			Future<Result> migration = threads
				.submit(() -> next.migrate(this.out, "upgrade", "--tidemark.migration.queue-for=5s", NO_RETRY));
			awaitWaiting("lock table users");
			long start = System.nanoTime();
			// So that three of the five seconds are gone.
			await().until(() -> query("select clock_timestamp() - query_start > interval '3 s' from pg_stat_activity "
					+ "where datname = current_database() and query = 'lock table users'")
				.equals("t"));
			first.commit();
			reading.execute("select count(*) from dones");

			assertThat(migration.get().err()).contains("lock table tasks in access share mode");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
		}
	}

	@Test
	void anIndexThatIsBuiltConcurrentlyWaitsInPlaceForNobodyWaitsBehindIt() throws Exception {
		this.sources.with("0007-index", "labels:expand runInTransaction:false", INDEX,
				"drop index concurrently if exists users_created_at_idx;");
		Cli next = next();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
				Connection busy = this.database.connect();
				Statement statement = busy.createStatement()) {
			busy.setAutoCommit(false);
			statement.execute("update users set version = 2");
			Future<Result> migration = threads
				.submit(() -> next.migrate(this.out, "upgrade", "--tidemark.migration.queue-for=20ms"));
			awaitWaiting("create index concurrently");
			// Writers come and go, for longer than the queue's time.
			for (int i = 0; i < 50; i++) {
				execute("insert into users values ('user %d', 'h', now(), now(), 1)".formatted(i));
			}
			awaitWaiting("create index concurrently");
			busy.commit();

			assertThat(migration.get().exitCode()).as("%s", migration.get()).isZero();
			assertThat(migration.get().out()).doesNotContain("gets no lock");
			assertThat(index("users_created_at_idx")).isEqualTo("valid");
		}
	}

	@Test
	void anIndexThatWasNotFinishedIsBuiltAgain() throws Exception {
		this.sources.with("0007-index", "labels:expand runInTransaction:false", INDEX,
				"drop index concurrently if exists users_created_at_idx;");
		try (Connection busy = this.database.connect(); Statement statement = busy.createStatement()) {
			busy.setAutoCommit(false);
			statement.execute("update users set version = 2");
			// Long enough to see, on a busy machine, too, who is in the way.
			Result result = next().migrate("upgrade", "--tidemark.migration.queue-for=3s", NO_RETRY);
			assertThat(result.exitCode()).isEqualTo(1);
			assertThat(result.err()).hasLineCount(1)
				.contains("0007-index failed: It got no lock within ", " s, in 1 attempt; in the way: process ")
				.contains("; the index users_created_at_idx is left, invalid, and is built again next time");
			assertThat(index("users_created_at_idx")).isEqualTo("invalid");
		}
		Result result = next().migrate("upgrade");
		assertThat(result.exitCode()).as("%s", result).isZero();
		assertThat(result.out()).contains("0007-index: the index users_created_at_idx is invalid, left by an attempt "
				+ "that did not end: builds it again");
		assertThat(index("users_created_at_idx")).isEqualTo("valid");
	}

	@Test
	void anIndexThatGetsNoLockIsBuiltAgainUntilItIsThere() throws Exception {
		this.sources.with("0007-index", "labels:expand runInTransaction:false", """
				create unique index concurrently if not exists "Key" on only public.users using btree (username);
				create index concurrently if not exists users_created_at_idx on users (created_at);""",
				"drop index concurrently if exists users_created_at_idx;");
		Cli next = next();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
				Connection busy = this.database.connect();
				Statement statement = busy.createStatement()) {
			busy.setAutoCommit(false);
			statement.execute("update users set version = 2");
			Future<Result> migration = threads.submit(() -> next.migrate(this.out, "upgrade", SHORT_QUEUE));
			awaitWaiting("create unique index concurrently");
			// As a lock's time-out, or a deadlock, would do.
			execute("""
					select pg_cancel_backend(pid) from pg_stat_activity
					where datname = current_database() and query like 'create unique index concurrently%'""");
			assertThat(migration.get().exitCode()).isEqualTo(1);
			assertThat(migration.get().err()).contains("canceling statement due to user request");
		}
		assertThat(next.migrate("upgrade").exitCode()).isZero();
		assertThat(index("\"Key\"")).isEqualTo("valid");
		assertThat(index("users_created_at_idx")).isEqualTo("valid");
	}

	@Test
	void anIndexThatCannotBeBuiltLeavesNothing() throws Exception {
		execute("insert into users values ('eva', 'h', now(), now(), 1)");
		this.sources.with("0007-index", "labels:contract runInTransaction:false",
				"create unique index concurrently if not exists users_version_key on users (version);",
				"drop index concurrently if exists users_version_key;");
		Result result = next().migrate("upgrade");
		assertThat(result.exitCode()).isEqualTo(1);
		assertThat(result.err()).hasLineCount(1).contains("could not create unique index \"users_version_key\"");
		assertThat(index("users_version_key")).isEqualTo("nothing");
	}

	@Test
	void anInvalidIndexOfAMigrationThatIsSaidToHaveRunIsBuiltAgain() throws Exception {
		execute("insert into users values ('eva', 'h', now(), now(), 1)");
		try {
			execute("create unique index concurrently users_version_key on users (version)");
		}
		catch (SQLException ex) {
			assertThat(index("users_version_key")).isEqualTo("invalid");
		}
		execute("delete from users where username = 'eva'");
		this.sources.with("0007-index", "labels:contract runInTransaction:false",
				"create unique index concurrently if not exists users_version_key on users (version);",
				"drop index concurrently if exists users_version_key;");
		assertThat(next().migrate("stamp", "head").exitCode()).isZero();

		Result result = next().migrate("upgrade");

		assertThat(result.exitCode()).as("%s", result).isZero();
		assertThat(result.out()).contains("users_version_key: built again in ").contains("Nothing applied; ");
		assertThat(index("users_version_key")).isEqualTo("valid");
	}

	@Test
	void aSessionIsLeftAsItWas() throws SQLException, IOException {
		this.sources.with("0007-add-note", "set lock_timeout = '1h'; alter table users add column note text;",
				"alter table users drop column note;");
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("set lock_timeout = '7s'");
			Migrations.upgrade(connection, this.sources.changelog());
			try (ResultSet row = statement.executeQuery("show lock_timeout")) {
				row.next();
				assertThat(row.getString(1)).isEqualTo("7s");
			}
		}
	}

	@Test
	void theScriptIsAsPolite() throws IOException {
		this.sources.with("0007-index", "labels:expand runInTransaction:false", INDEX,
				"drop index concurrently if exists users_created_at_idx;");
		assertThat(next().migrate("upgrade", "--sql").out()).containsSubsequence("set lock_timeout = 1500;",
				"set lock_timeout = 600000;", "create index concurrently", "set lock_timeout = 1500;");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "select 1 | select 1", "`alter role ada password 'secret'` | alter role ada password '…'",
					"`select E'it\\'s secret', $$secret$$, $a$secret$a$, x'5ec3e7'` | select '…', '…', '…', '…'",
					"`select \"a b\" -- secret` | select \"a b\"", "`select /* secret */ 1` | select 1",
					"`insert into t values ('cut off in the middle of a secr` | insert into t values ('…'" })
	void aQueryIsShownWithoutWhatIsInIt(String query, String shown) {
		assertThat(LockWatch.shortened(query)).isEqualTo(shown);
	}

	@Test
	void aQueryIsShownInOneShortLine() {
		assertThat(LockWatch.shortened("select\n\t\u001b[31m1,\r\n" + "😀".repeat(200))).startsWith("select [31m1, 😀")
			.hasLineCount(1)
			.endsWith("😀…")
			.satisfies((line) -> assertThat(line.codePointCount(0, line.length())).isEqualTo(101));
	}

	@Test
	void pausesGrowAndDoNotFallIntoStep() {
		Patience patience = new Patience(Duration.ofMillis(1500), Duration.ofMinutes(10));
		for (int i = 0; i < 1000; i++) {
			assertThat(patience.pause(1)).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(3));
			assertThat(patience.pause(2)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(6));
			assertThat(patience.pause(1 + i)).isLessThanOrEqualTo(Duration.ofSeconds(15));
		}
	}

}
