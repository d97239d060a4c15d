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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.worker.migration.Cli.Result;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A large table is worked through in batches: each row once, however often that is
 * killed, and nobody waits for more than a batch.
 * <p>
 * A real database, since its transactions are cut off.
 */
class BackFillTests {

	private static final int ROWS = 2000;

	private static final String FILL = """
			--in-batches
			update accounts set fills = fills + 1;""";

	private final Tenant tenant = Stack.shared().newTenant();

	private final DatabaseAddress database = this.tenant.database();

	private final SourceTree sources;

	private final Path directory;

	BackFillTests(@TempDir Path directory) throws IOException {
		this.sources = SourceTree.ofFirstRelease(directory.resolve("sources"));
		this.directory = directory;
	}

	@BeforeEach
	void fillATable() throws IOException, SQLException {
		this.sources.with("0007-create-accounts",
				"create table accounts (id uuid primary key, fills integer not null default 0, version integer not null default 0);",
				"drop table accounts;");
		assertThat(migrate("upgrade").exitCode()).isZero();
		execute("insert into accounts select gen_random_uuid() from generate_series(1, %d)".formatted(ROWS));
		execute("analyze accounts");
	}

	private Result migrate(String... arguments) throws IOException {
		return new Cli(this.database, this.sources.changelog()).migrate(arguments);
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

	private void assertEachRowWasFilledOnce() throws SQLException {
		assertThat(query("select format('%s rows, %s to %s', count(*), min(fills), max(fills)) from accounts"))
			.isEqualTo("%d rows, 1 to 1".formatted(ROWS));
		assertThat(query("select to_regclass('migration_progress')")).isEqualTo("null");
	}

	@Test
	void goesOnWhereItWasKilled() throws Exception {
		this.sources.with("0008-fill", "labels:expand runInTransaction:false", FILL, "empty");
		Process killed = MigrateProcess.start(this.tenant, this.sources, this.directory, "upgrade",
				"--tidemark.migration.batch-rows=50", "--tidemark.migration.batch-pause=20ms");
		try {
			await().atMost(Duration.ofMinutes(1)).until(() -> done() >= 300);
		}
		finally {
			killed.destroyForcibly().waitFor();
		}
		assertThat(migrate("status", "--check").out()).contains("  pending  0008-fill");

		Result next = migrate("upgrade", "--tidemark.migration.batch-pause=0s");

		assertThat(next.exitCode()).as("%s", next).isZero();
		assertThat(next.out()).containsPattern("0008-fill: goes on behind the first [\\d,]+ rows")
			.contains("1 migration applied; the schema is at 0008-fill (head)");
		assertEachRowWasFilledOnce();
	}

	private long done() throws SQLException {
		return Long.parseLong(query("select count(*) from accounts where fills > 0"));
	}

	@Test
	void aWorkerGoesOnBesideIt() throws Exception {
		this.sources.with("0008-fill", "labels:expand runInTransaction:false", FILL, "empty");
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		Cli next = new Cli(this.database, this.sources.changelog());
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
				Connection worker = this.database.connect();
				Statement statement = worker.createStatement()) {
			Future<Result> migration = threads.submit(() -> next.migrate(out, "upgrade",
					"--tidemark.migration.batch-rows=20", "--tidemark.migration.batch-pause=10ms"));
			long longest = 0;
			int writes = 0;
			while (!migration.isDone()) {
				long start = System.nanoTime();
				statement.execute("update accounts set version = version + 1 where id = (select id from accounts "
						+ "offset %d limit 1)".formatted(writes * 37 % ROWS));
				longest = Math.max(longest, System.nanoTime() - start);
				writes++;
			}
			assertThat(migration.get().exitCode()).as("%s", migration.get()).isZero();
			// A batch takes some milliseconds, and a busy machine adds to it.
			assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofMillis(1200));
			assertThat(query("select sum(version) from accounts")).isEqualTo(Integer.toString(writes));
		}
		assertThat(out.toString(StandardCharsets.UTF_8)).contains("0008-fill: applied in ");
		assertEachRowWasFilledOnce();
	}

	/** A session that has locked a row is waited for, a batch at a time. */
	@Test
	void aRowThatIsLockedIsTriedAgain() throws Exception {
		this.sources.with("0008-fill", "labels:expand runInTransaction:false", FILL, "empty");
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		Cli next = new Cli(this.database, this.sources.changelog());
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
				Connection busy = this.database.connect();
				Statement statement = busy.createStatement()) {
			busy.setAutoCommit(false);
			statement.execute(
					"update accounts set version = 1 where id = (select id from accounts order by id desc limit 1)");
			Future<Result> migration = threads.submit(() -> next.migrate(out, "upgrade",
					"--tidemark.migration.batch-pause=0s", "--tidemark.migration.queue-for=100ms"));
			await().atMost(Duration.ofSeconds(30))
				.until(() -> out.toString(StandardCharsets.UTF_8).contains("0008-fill: gets no lock"));
			assertThat(done()).isEqualTo(1000);
			busy.commit();
			assertThat(migration.get().exitCode()).as("%s", migration.get()).isZero();
		}
		assertEachRowWasFilledOnce();
	}

	@Test
	void beginsAnewWhenItsFileIsAnother() throws Exception {
		execute("update accounts set version = 1 where id = (select id from accounts order by id offset 1500 limit 1)");
		this.sources.with("0008-fill", "labels:expand runInTransaction:false", """
				--in-batches
				update accounts set fills = fills + 1 / (1 - version);""", "empty");
		assertThat(migrate("upgrade", "--tidemark.migration.batch-pause=0s").err())
			.startsWith("migrate: 0008-fill failed: ERROR: division by zero")
			.contains("the batches before it stay, and the next upgrade goes on behind them");
		assertThat(done()).isEqualTo(1000);
		execute("update accounts set fills = 0");
		this.sources.with("0008-fill", "labels:expand runInTransaction:false", FILL, "empty");

		Result next = migrate("upgrade", "--tidemark.migration.batch-pause=0s");

		assertThat(next.exitCode()).as("%s", next).isZero();
		assertThat(next.out()).doesNotContain("goes on");
		assertEachRowWasFilledOnce();
	}

	@Test
	void saysHowFarItIs() throws Exception {
		this.sources.with("0008-fill", "labels:expand runInTransaction:false", FILL, "empty");
		try (Connection connection = this.database.connect()) {
			List<String> lines = new CopyOnWriteArrayList<>();
			try (Progress progress = new Progress(lines::add, Duration.ofMillis(5));
					Migrator migrator = new Migrator(connection, this.sources.changelog(), progress,
							Migrations.LOCK_TIMEOUT, Patience.DEFAULT, new Batching(100, Duration.ofMillis(20)),
							null)) {
				migrator.upgrade(migrator.state().pending());
			}
			assertThat(lines).anySatisfy((line) -> assertThat(line)
				.matches("0008-fill: running for \\d+ ms; [\\d,]+ of about 2,000 rows, about \\d+ (s|ms|min) left"));
		}
	}

	@Test
	void theScriptDoesTheSame() throws Exception {
		this.sources.with("0008-fill", "labels:expand runInTransaction:false", """
				--in-batches
				update only accounts as a set fills = a.fills + 1 -- once
				where a.version = 0 or a.fills = 0 -- all""", "empty");
		String script = migrate("upgrade", "--sql", "--tidemark.migration.batch-rows=150").out();
		String block = script.substring(script.indexOf("do $batches$"), script.indexOf("$batches$;") + 9);
		execute(block);
		assertThat(query("select format('%s to %s', min(fills), max(fills)) from accounts")).isEqualTo("1 to 1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "update accounts set fills = 1; update accounts set fills = 2;",
			"insert into accounts values (gen_random_uuid());", "update accounts set fills = 1 returning id;",
			"with a as (select 1) update accounts set fills = 1;" })
	void whatCannotBeDoneInBatchesIsRefused(String sql) throws IOException {
		this.sources.with("0008-fill", "labels:expand runInTransaction:false", "--in-batches\n" + sql, "empty");
		assertThat(this.sources.changelog().problems())
			.containsExactly("0008-fill: in batches, it must be one update or delete, without a with and a returning");
	}

	@Test
	void aTransactionIsNoBatches() throws IOException {
		this.sources.with("0008-fill", FILL, "empty");
		assertThat(this.sources.changelog().problems())
			.containsExactly("0008-fill: in batches, it must say runInTransaction:false");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-- in-batches", "--In Batches", "--in-batches please" })
	void aMarkThatIsNoneIsRefused(String mark) throws IOException {
		this.sources.with("0008-fill", "labels:expand runInTransaction:false",
				mark + "\nupdate accounts set fills = 1;", "empty");
		assertThat(this.sources.changelog().problems()).singleElement()
			.asString()
			.startsWith("0008-fill.sql, line 4: write --in-batches, in a line of its own");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "update t set a = 1 | t | t", "update only s.\"T\" as x set a = 1 | s.\"T\" | x",
					"delete from t where a = 1 | t | t", "delete from t using u where t.a = u.a | t | t",
					"update t x set a = (select 1 from u where true) | t | x" })
	void theTableIsFound(String sql, String table, String alias) {
		assertThat(BatchedStatement.of(sql)).satisfies((statement) -> {
			assertThat(statement).isNotNull();
			assertThat(statement.table()).isEqualTo(table);
			assertThat(statement.alias()).isEqualTo(alias);
		});
	}

}
