package dev.tidemark.worker.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.WorkerBuild;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two releases at once, as MIGRATIONS.md promises: while commands come, the previous
 * release's workers see this release's migrations, work beside its workers, go, and come
 * back; and no promise is broken. What a contract does is tried with one of the test's
 * own, of the release that comes after this one.
 */
@org.junit.jupiter.api.Order(1)
class PreviousReleaseTests {

	private static final int COMMANDS = 3_000;

	private static final int PARTITIONS = 4;

	private static final int WORKERS = 2;

	private static final String CONTRACT = "9999-drop-what-nobody-uses";

	/** How many portions the commands of a step are sent in, one after the other. */
	private static final int PORTIONS = 50;

	private static final Duration BETWEEN_PORTIONS = Duration.ofMillis(300);

	private static final String GROUP_PROTOCOL = "classic";

	private final long seed = Long.getLong("tidemark.proof.seed", new SplittableRandom().nextLong(1_000_000));

	private final Tenant tenant = Stack.shared().newTenant().withUnboundedTopics(PARTITIONS);

	private final Workload workload = Workload.of(this.seed, COMMANDS, PARTITIONS, Proof.POISON, this.tenant.topics());

	private final Map<String, Object> figures = new LinkedHashMap<>();

	private final Map<String, List<String>> differences = new LinkedHashMap<>();

	private final Traffic traffic = new Traffic(this.tenant.bootstrapServers(), this.seed);

	private final Progress progress = new Progress(this.tenant);

	/** What is done while commands come. */
	private record Step(String name, Work work) {
	}

	/** May fail. */
	private interface Work {

		void run() throws Exception;

	}

	@Test
	void theyWorkOnEachOthersSchemas(@TempDir Path directory) throws Exception {
		PreviousRelease release = PreviousRelease.find();
		WorkerBuild previous = WorkerBuild.of(release.jar());
		WorkerBuild current = WorkerBuild.ofThis();
		WorkerBuild next = WorkerBuild.ofThisWith(withContract(directory));
		migrate(previous, "upgrade");
		String before = head(previous);
		this.figures.put("previous release", release + ", at " + before);

		try (this.traffic;
				this.progress;
				Workers crew = new Workers(environments(Duration.ofHours(1)), previous, this.seed)) {
			try {
				phase(1, crew);
				phase(2, crew, new Step("this release's migrations run", () -> {
					migrate(current, "upgrade");
					this.figures.put("this release", "at " + head(current));
				}), new Step("a previous worker is killed, and starts again", () -> {
					crew.killOne();
					crew.awaitReady();
				}), new Step("the first worker is of this release", () -> crew.replace(0, current)),
						new Step("the second one, too", () -> crew.replace(1, current)));
				phase(3, crew, new Step("one goes back to the previous release", () -> crew.replace(0, previous)),
						new Step("and comes again", () -> crew.replace(0, current)),
						new Step("the next release's contract runs, and its workers come", () -> {
							migrate(next, "upgrade");
							crew.replace(0, next);
							crew.replace(1, next);
							refusesToStart(previous);
						}));
				phase(4, crew, new Step("the contract is taken back, and previous workers come", () -> {
					migrate(next, "downgrade", "-1");
					crew.replace(0, previous);
					crew.replace(1, previous);
				}), new Step("this release's migrations are taken back", () -> migrate(current, "downgrade", before)));
				assertThat(head(previous)).isEqualTo(before);
				crew.replaceAll(environments(Duration.ofSeconds(3)));
				phase(Workload.EXPIRY, crew);
				this.figures.put("workers' exit codes", crew.terminateAll());
			}
			catch (AssertionError ex) {
				throw new AssertionError("%s%n%s".formatted(ex.getMessage(), crew), ex);
			}
			Evidence evidence = Evidence.gather(this.tenant, crew.outputs(), crew.metrics(), this.workload.orders());
			Proof.Report report = Proof.judge(this.workload, evidence, this.figures, this.differences);
			System.out.println(report);
			assertThat(report.differences()).as(report::toString).isEmpty();
		}
	}

	/**
	 * Sends what belongs to a phase, a part of it during each step, and waits until all
	 * of it has been consumed.
	 */
	private void phase(int number, Workers crew, Step... steps) throws Exception {
		List<Order> orders = this.workload.phase(number);
		for (int i = 0; i < steps.length; i++) {
			during(steps[i], orders.subList(i * orders.size() / steps.length, (i + 1) * orders.size() / steps.length));
		}
		if (steps.length == 0) {
			this.traffic.send(orders, false);
		}
		this.progress.awaitConsumed(this.traffic.last());
		if (number >= Workload.EXPIRY - 1) {
			this.progress.awaitNothingDeferred();
		}
		crew.scrapeMetrics();
	}

	private void during(Step step, List<Order> orders) throws Exception {
		long consumed = this.progress.consumed();
		long start = System.nanoTime();
		int sentMeanwhile = 0;
		try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<?> work = executor.submit(() -> {
				step.work().run();
				return null;
			});
			int size = Math.ceilDiv(orders.size(), PORTIONS);
			for (int from = 0; from < orders.size(); from += size) {
				List<Order> portion = orders.subList(from, Math.min(orders.size(), from + size));
				sentMeanwhile += work.isDone() ? 0 : portion.size();
				this.traffic.send(portion, false);
				pause(work);
			}
			work.get();
		}
		catch (ExecutionException ex) {
			throw new AssertionError("%s: %s".formatted(step.name(), ex.getCause()), ex.getCause());
		}
		this.figures.put(step.name(),
				"%d ms, %d of %d records sent meanwhile, %d consumed".formatted(
						Duration.ofNanos(System.nanoTime() - start).toMillis(), sentMeanwhile, orders.size(),
						this.progress.consumed() - consumed));
		assertThat(sentMeanwhile).as(step.name()).isPositive();
	}

	/** Until the next portion is due, or the step is done. */
	private static void pause(Future<?> work) throws InterruptedException, ExecutionException {
		try {
			work.get(BETWEEN_PORTIONS.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			// It goes on.
		}
	}

	private List<Map<String, String>> environments(Duration deferFor) {
		return Collections.nCopies(WORKERS, Proof.environment(this.tenant, GROUP_PROTOCOL, deferFor));
	}

	private String migrate(WorkerBuild build, String... arguments) {
		String[] command = new String[arguments.length + 1];
		command[0] = "migrate";
		System.arraycopy(arguments, 0, command, 1, arguments.length);
		WorkerProcess.Completed end = build.run(this.tenant.environment(), command);
		assertThat(end.exitCode()).as(end::toString).isZero();
		return end.output();
	}

	/** Where the schema is, which must be all that a release knows. */
	private String head(WorkerBuild build) {
		String position = migrate(build, "current");
		assertThat(position).endsWith(" (head)%n".formatted());
		return position.substring(0, position.indexOf(' '));
	}

	private void refusesToStart(WorkerBuild build) {
		WorkerProcess.Completed end = build.run(this.tenant.environment());
		assertThat(end.exitCode()).as(end::toString).isEqualTo(1);
		assertThat(end.errors()).contains("newer than this worker, and not compatible with it: " + CONTRACT);
	}

	/**
	 * What the release after this one may have. No release needs that index, but none may
	 * know that: by its label, the contract is for those who have it.
	 */
	private static Path withContract(Path directory) throws IOException {
		Path changes = Files.createDirectories(directory.resolve("db/changelog/changes"));
		Files.writeString(changes.resolve(CONTRACT + ".sql"), """
				--liquibase formatted sql

				--changeset tidemark:%s labels:contract
				drop index command_log_logged_at_idx;

				--rollback create index command_log_logged_at_idx on command_log using brin (logged_at);
				""".formatted(CONTRACT));
		return directory;
	}

}
