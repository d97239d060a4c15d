package dev.tidemark.benchmark;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.tidemark.worker.stack.ChildProcess;

/**
 * What commands wait for while a table is changed under the worker.
 */
final class LiveMigrations implements AutoCloseable {

	/** Commands per second: no load, so that it is the change that they wait for. */
	private static final int RATE = 200;

	/** As {@code migrate upgrade} has it by default. */
	private static final String QUEUE_FOR = "1500ms";

	/** SQLSTATE of a lock that was not there in time, and of a deadlock. */
	private static final Set<String> TRY_AGAIN = Set.of("55P03", "40P01");

	private static final Duration LONG_TRANSACTION = Duration.ofSeconds(6);

	private static final Duration BROKEN_FOR = Duration.ofSeconds(3);

	private static final Pattern VERDICT = Pattern.compile("\\(expand\\): (\\w+)");

	private static final Pattern LOCKS = Pattern.compile("locks: (.*)");

	private final Servers servers;

	private final Trial trial;

	private final Path directory;

	private final WorkerJar nextRelease;

	private final Latency latency;

	private final Connection connection;

	private int lints;

	/**
	 * Has a worker with tasks.
	 * @param servers the servers
	 * @param trial where the worker runs, and is done with all commands
	 * @param seconds for how long commands will be sent, at most
	 */
	LiveMigrations(Servers servers, Trial trial, int seconds) {
		this.servers = servers;
		this.trial = trial;
		this.directory = trial.directory();
		this.nextRelease = WorkerJar.copiedTo(this.directory);
		this.latency = new Latency(trial, seconds * RATE);
		try {
			this.connection = trial.tenant().database().connect();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Makes what there is to be changed. */
	void prepare() {
		// A lint tries migrations in a database of its own.
		this.servers.execute("alter role %s createdb".formatted(this.trial.tenant().database().user()));
		this.nextRelease.with("0100-prepare", "labels:expand", DangerousChange.preparation());
		demandDone(migrate("prepare.log", "upgrade"));
		settle();
	}

	private ChildProcess migrate(String log, String... arguments) {
		// Lint only notes what is over in the time for which a migration may queue.
		return this.nextRelease.migrate(this.trial.tenant(), this.directory.resolve(log),
				Map.of("TIDEMARK_MIGRATION_QUEUE_FOR", arguments[0].equals("lint") ? "1ms" : QUEUE_FOR), arguments);
	}

	private static void demand(boolean condition, ChildProcess process) {
		if (!condition) {
			throw new IllegalStateException(process.toString());
		}
	}

	private static void demandDone(ChildProcess process) {
		await(() -> !process.isAlive());
		demand(process.awaitExit() == 0, process);
	}

	private void settle() {
		execute("vacuum analyze tasks");
		this.servers.execute("checkpoint");
	}

	private void execute(String sql) {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("%s: %s".formatted(ex.getMessage(), sql), ex);
		}
	}

	/**
	 * Asks {@code migrate lint}.
	 * @return its verdict, and the locks that it names
	 */
	String lint(DangerousChange change) {
		this.nextRelease.with("0101-change",
				"labels:expand" + (change.naive().inTransaction() ? "" : " runInTransaction:false"),
				change.naive().sql());
		ChildProcess lint = migrate("lint-%d.log".formatted(this.lints++), "lint");
		lint.awaitExit();
		this.nextRelease.without("0101-change");
		String said = lint.output();
		Matcher verdict = VERDICT.matcher(said);
		demand(verdict.find(), lint);
		return verdict.group(1) + LOCKS.matcher(said)
			.results()
			.map((line) -> line.group(1))
			.distinct()
			.reduce("", (all, line) -> all + "; " + line);
	}

	/**
	 * Measures how it is while nothing is changed, when what is called seldom is
	 * compiled.
	 */
	void quiet(Result result) {
		this.latency.at(RATE, Duration.ofMinutes(2));
		Latency.summarize(this.latency.at(RATE, Duration.ofSeconds(30)), result);
	}

	/** Measures the simplest way: as by {@code psql}. */
	void naive(DangerousChange change, Result result) {
		measure(change, result, () -> {
			run(change.naive(), "0", 0);
			if (change.breaksWorker()) {
				LockSupport.parkNanos(BROKEN_FOR.toNanos());
				execute(change.undo());
			}
		});
		if (!change.breaksWorker()) {
			undo(change);
		}
	}

	/**
	 * Measures the advised way: with the statements, time-outs and pauses of
	 * {@code migrate upgrade}, without the start of its JVM, which would take the CPU
	 * that the worker needs.
	 */
	void advised(DangerousChange change, Result result) {
		measure(change, result, () -> change.advised().forEach(this::politely));
		undo(change);
	}

	private void undo(DangerousChange change) {
		if (!change.undo().isEmpty()) {
			execute(change.undo());
		}
		settle();
	}

	private void measure(DangerousChange change, Result result, Runnable work) {
		CompletableFuture<Void> other = CompletableFuture.completedFuture(null);
		if (change.isBesideLongTransaction()) {
			CompletableFuture<Void> begun = new CompletableFuture<>();
			other = run(() -> holdTransaction(begun));
			begun.join();
		}
		during(result, CompletableFuture.allOf(run(work), other));
	}

	private void during(Result result, CompletableFuture<Void> work) {
		Latency.summarize(this.latency.during(RATE, work), result);
		work.join();
	}

	/** On a thread of its own: the common pool may have a single one. */
	private static CompletableFuture<Void> run(Runnable work) {
		return CompletableFuture.runAsync(work, (task) -> Thread.ofPlatform().name("migration").start(task));
	}

	private void holdTransaction(CompletableFuture<Void> begun) {
		try (Connection other = this.trial.tenant().database().connect();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("insert into tasks select gen_random_uuid(), title, null, status, username, created_at, "
					+ "updated_at, 1 from tasks limit 1");
			begun.complete(null);
			statement.execute("select pg_sleep(%d)".formatted(LONG_TRANSACTION.toSeconds()));
			other.rollback();
		}
		catch (SQLException ex) {
			begun.completeExceptionally(ex);
			throw new IllegalStateException(ex);
		}
	}

	private void politely(DangerousChange.Step step) {
		// An index that is built beside others waits in place: nobody waits behind it.
		run(step, step.inTransaction() ? QUEUE_FOR : "0", 500);
	}

	/**
	 * Runs a step until it is done.
	 * @param pause how long to wait before the second attempt, in milliseconds; twice as
	 * long before the next
	 */
	private void run(DangerousChange.Step step, String lockTimeout, long pause) {
		try {
			run(step, lockTimeout);
		}
		catch (IllegalStateException ex) {
			if (!(ex.getCause() instanceof SQLException failure) || !TRY_AGAIN.contains(failure.getSQLState())) {
				throw ex;
			}
			LockSupport.parkNanos(
					TimeUnit.MILLISECONDS.toNanos(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1)));
			run(step, lockTimeout, pause * 2);
		}
	}

	private void run(DangerousChange.Step step, String lockTimeout) {
		try {
			execute("set lock_timeout = '" + lockTimeout + "'");
			this.connection.setAutoCommit(!step.inTransaction());
			try {
				execute(step.inBatches() ? inBatches(step.sql()) : step.sql());
				if (step.inTransaction()) {
					this.connection.commit();
				}
			}
			finally {
				if (step.inTransaction()) {
					this.connection.rollback();
				}
				this.connection.setAutoCommit(true);
				execute("set lock_timeout = 0");
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The block that {@code migrate upgrade --sql} prints, in short. */
	private static String inBatches(String update) {
		return """
				do $$ declare
				  after uuid := '00000000-0000-0000-0000-000000000000';
				  last uuid;
				begin
				  loop
				    select task_id into last from (
				      select task_id from tasks where task_id > after order by task_id limit 1000) batch
				    order by task_id desc limit 1;
				    exit when not found;
				    %s and task_id > after and task_id <= last;
				    commit;
				    after := last;
				    perform pg_sleep(0.1);
				    commit;
				  end loop;
				end $$""".formatted(update.replaceFirst(";$", ""));
	}

	/**
	 * Makes a column mandatory by {@code migrate upgrade}, which is killed while it fills
	 * it, and started again.
	 */
	void mandatory(Result result) {
		this.nextRelease.with("0101-add-origin", "labels:expand", "alter table tasks add column origin text")
			.with("0102-write-origin", "labels:expand", "alter table tasks alter column origin set default 'tidemark'")
			.with("0103-fill-origin", "labels:expand runInTransaction:false",
					"--in-batches\nupdate tasks set origin = 'tidemark' where origin is null")
			.with("0104-demand-origin", "labels:expand",
					"alter table tasks add constraint tasks_origin_check check (origin is not null) not valid")
			.with("0105-check-origin", "labels:expand", "alter table tasks validate constraint tasks_origin_check")
			.with("0106-require-origin", "labels:expand", "alter table tasks alter column origin set not null; "
					+ "alter table tasks drop constraint tasks_origin_check");
		during(result, run(() -> {
			ChildProcess killed = migrate("mandatory-killed.log", "upgrade");
			await(() -> isHalfDone() || !killed.isAlive());
			demand(killed.isAlive(), killed);
			killed.kill();
			demandDone(migrate("mandatory.log", "upgrade"));
		}));
	}

	private boolean isHalfDone() {
		String there = "select to_regclass('migration_progress') is not null";
		return query(there) && query("select coalesce(max(rows), 0) > %d from migration_progress"
			.formatted(this.trial.workload().prefilled() / 2));
	}

	private boolean query(String sql) {
		try (Statement statement = this.connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			return row.next() && row.getBoolean(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Migrates while somebody has a transaction open for a minute. */
	void behind(Result result) {
		this.nextRelease.with("0107-add-due-date", "labels:expand", "alter table tasks add column due_date date");
		during(result, run(() -> {
			try (Connection other = this.trial.tenant().database().connect();
					Statement statement = other.createStatement()) {
				other.setAutoCommit(false);
				statement.execute("select count(*) from tasks where username = 'nobody'");
				ChildProcess upgrade = migrate("behind.log", "upgrade");
				statement.execute("select pg_sleep(60)");
				demand(upgrade.isAlive(), upgrade);
				other.rollback();
				demandDone(upgrade);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}));
	}

	private static void await(BooleanSupplier condition) {
		while (!condition.getAsBoolean()) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
		}
	}

	@Override
	public void close() {
		this.latency.close();
		try {
			this.connection.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
