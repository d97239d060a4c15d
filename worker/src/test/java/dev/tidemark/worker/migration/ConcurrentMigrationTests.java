package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tidemark.worker.migration.Cli.Result;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * However many migrate at once, and however one of them ends, each of them either does
 * the work or finds it done.
 * <p>
 * A real database, since its locks keep migrations apart.
 */
class ConcurrentMigrationTests {

	private final Tenant tenant = Stack.shared().newTenant();

	private final DatabaseAddress database = this.tenant.database();

	@RepeatedTest(20)
	void oneOfFiveApplies() throws InterruptedException, ExecutionException {
		Cli cli = new Cli(this.database, Changelog.ofThisWorker());
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<Result>> results = Stream.generate(() -> threads.submit(() -> cli.migrate("upgrade")))
				.limit(5)
				.toList();
			int applied = 0;
			for (Future<Result> result : results) {
				assertThat(result.get().err()).isEmpty();
				assertThat(result.get().exitCode()).isZero();
				applied += result.get().out().contains(" migrations applied; ") ? 1 : 0;
			}
			assertThat(applied).isOne();
		}
	}

	@Test
	void killedMigrationLeavesNothingBehind(@TempDir Path directory) throws Exception {
		SourceTree sources = SourceTree.copiedTo(directory.resolve("sources"))
			.with("9999-slow", "create table half (); select pg_sleep(600);", "drop table half;");
		assertThat(new Cli(this.database, Changelog.ofThisWorker()).migrate("upgrade").exitCode()).isZero();
		Process killed = MigrateProcess.start(this.tenant, sources, directory, "upgrade");
		try (Connection connection = this.database.connect()) {
			await().atMost(Duration.ofSeconds(30)).until(() -> count(connection, "query like '%pg_sleep%'") == 1);
		}
		finally {
			killed.destroyForcibly().waitFor();
		}

		sources.with("9999-slow", "create table half ();", "drop table half;");
		long start = System.nanoTime();
		Result next = new Cli(this.database, sources.changelog()).migrate("upgrade");

		assertThat(next.err()).isEmpty();
		assertThat(next.out()).contains("1 migration applied; the schema is at 9999-slow (head)");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
	}

	@Test
	void anIndexWhoseBuildWasKilledIsBuiltAgain(@TempDir Path directory) throws Exception {
		SourceTree sources = SourceTree.copiedTo(directory.resolve("sources"))
			.with("9999-index", "labels:expand runInTransaction:false",
					"create index concurrently if not exists users_created_at_idx on users (created_at);",
					"drop index concurrently if exists users_created_at_idx;");
		assertThat(new Cli(this.database, Changelog.ofThisWorker()).migrate("upgrade").exitCode()).isZero();
		try (Connection writer = this.database.connect();
				Statement statement = writer.createStatement();
				Connection observer = this.database.connect()) {
			writer.setAutoCommit(false);
			statement.execute("insert into users values ('ada', 'h', now(), now(), 1)");
			Process killed = MigrateProcess.start(this.tenant, sources, directory, "upgrade");
			try {
				await().atMost(Duration.ofSeconds(30))
					.until(() -> count(observer,
							"query like 'create index concurrently%' and wait_event_type = 'Lock'") == 1);
			}
			finally {
				killed.destroyForcibly().waitFor();
			}
			await().until(() -> count(observer, "application_name = 'tidemark-migrate'") == 0);
			writer.commit();
		}
		Result next = new Cli(this.database, sources.changelog()).migrate("upgrade");

		assertThat(next.exitCode()).as("%s", next).isZero();
		assertThat(next.out()).contains("9999-index: the index users_created_at_idx is invalid, ");
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(
						"select indisvalid from pg_index " + "where indexrelid = 'users_created_at_idx'::regclass")) {
			row.next();
			assertThat(row.getBoolean(1)).isTrue();
		}
	}

	@Test
	void indexIsBuiltConcurrentlyWhileAnotherWaits(@TempDir Path directory)
			throws IOException, InterruptedException, ExecutionException, SQLException {
		SourceTree sources = SourceTree.ofFirstRelease(directory)
			.with("0007-index", "labels:expand runInTransaction:false", """
					drop index concurrently if exists users_created_at_idx;
					create index concurrently users_created_at_idx on users (created_at);""",
					"drop index concurrently if exists users_created_at_idx;");
		Cli cli = new Cli(this.database, sources.changelog());
		assertThat(cli.migrate("upgrade", "0006").exitCode()).isZero();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
				Connection writer = this.database.connect();
				Statement statement = writer.createStatement();
				Connection observer = this.database.connect()) {
			// The index has to wait for this, so that there is time to come second.
			writer.setAutoCommit(false);
			statement.execute("insert into users values ('ada', 'h', now(), now(), 1)");
			Future<Result> first = threads.submit(() -> cli.migrate("upgrade"));
			await().until(
					() -> count(observer, "query like 'create index concurrently%' and wait_event_type = 'Lock'") == 1);
			Future<Result> second = threads.submit(() -> cli.migrate("upgrade"));
			await().until(() -> count(observer, "application_name = 'tidemark-migrate'") == 2);
			await().until(() -> count(observer, "query like '%pg_try_advisory_lock%' and state = 'idle'") == 1);
			writer.commit();

			assertThat(first.get().out()).contains("0007-index: applied");
			assertThat(second.get()).satisfies((waited) -> {
				assertThat(waited.err()).isEmpty();
				assertThat(waited.out()).contains("Waiting for another migration: server process ")
					.contains("Nothing applied; the schema is at 0007-index (head)");
			});
		}
	}

	@Test
	void doesNotWaitForEver() throws SQLException {
		try (Connection busy = this.database.connect();
				MigrationLock _ = MigrationLock.take(busy, Duration.ZERO, (_) -> {
				})) {
			Result result = new Cli(this.database, Changelog.ofThisWorker()).migrate("upgrade",
					"--tidemark.migration.lock-timeout=100ms");
			assertThat(result.exitCode()).isEqualTo(1);
			assertThat(result.err()).hasLineCount(1)
				.contains("Another migration is still running after 0 s: server process ");
		}
	}

	private int count(Connection connection, String condition) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from pg_stat_activity "
						+ "where datname = current_database() and pid <> pg_backend_pid() and " + condition)) {
			row.next();
			return row.getInt(1);
		}
	}

}
