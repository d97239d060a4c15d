package dev.tidemark.benchmark;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Measures what it is told to, in rounds in which every contender has its turn, and
 * writes down what came of it. See the README beside it.
 */
public final class Benchmark {

	private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

	private static final Set<String> PLOTS = Set.of("batch-size", "rate");

	private static final List<Integer> BATCH_SIZES = List.of(10, 50, 200, 500, 1_000, 2_000, 5_000);

	private static final List<Integer> RATES = List.of(250, 500, 1_000, 2_000, 4_000, 8_000, 12_000, 16_000, 20_000,
			25_000, 30_000);

	/** For how long each rate is kept. */
	private static final int RATE_SECONDS = 5;

	/** A rate at which every other command waits for so long is beyond saturation. */
	private static final double SATURATED_MILLIS = 1_000;

	/** What share of the commands passes before the clock starts: JVMs warm up. */
	private static final double WARM_UP = 0.3;

	private static final int LATENCY_RATE = 500;

	private final Servers servers;

	private final Results results;

	private final List<Contender> contenders;

	private final int rounds;

	private final long commands;

	private int failures;

	private Benchmark(Servers servers, Results results, List<Contender> contenders, int rounds, long commands) {
		this.servers = servers;
		this.results = results;
		this.contenders = contenders;
		this.rounds = rounds;
		this.commands = commands;
	}

	/**
	 * Measures, prints and draws.
	 * @param arguments none: it is told by system properties
	 */
	public static void main(String[] arguments) {
		List<String> measures = list("measures", "throughput,create-only,latency,batch-size,rate");
		List<Contender> contenders = list("contenders", "worker,hand-written,typical,typical-linger-0,debezium")
			.stream()
			.map(Contender::of)
			.toList();
		Path output = Path.of(System.getProperty("output", "target/results"));
		Results results = Results.open(output.resolve("results.csv"));
		boolean growth = Boolean.getBoolean("growth");
		int failures;
		try (Servers servers = Servers.start()) {
			Benchmark benchmark = new Benchmark(servers, results, contenders, Integer.getInteger("rounds", 5),
					Long.getLong("commands", 400_000));
			benchmark.say("warming up the servers");
			benchmark.warmUp();
			if (growth) {
				benchmark.growth();
			}
			else {
				benchmark.measure(measures);
			}
			failures = benchmark.failures;
		}
		Report report = new Report(results);
		report.write(output);
		OUT.println(report.text());
		if (failures > 0) {
			OUT.printf("%d runs have failed, see above; start again to try them again%n", failures);
			System.exit(1);
		}
		if (Boolean.getBoolean("publish")) {
			report.publish(output, Path.of("").toAbsolutePath());
		}
	}

	private static List<String> list(String property, String defaultValue) {
		return Arrays.asList(System.getProperty(property, defaultValue).split(","));
	}

	private void say(String what) {
		OUT.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + "  " + what);
	}

	/** The broker is a JVM, too: whoever comes first is not to wait for its compiler. */
	private void warmUp() {
		try (Trial trial = Trial.prepare(this.servers, Contender.HAND_WRITTEN, Shape.MIXED)) {
			trial.load(this.commands);
			trial.start(null, Map.of());
			trial.awaitConsumed(trial.sent());
			trial.stopAndVerify();
		}
	}

	private void measure(List<String> measures) {
		for (int round = 1; round <= this.rounds; round++) {
			List<Contender> turns = new ArrayList<>(this.contenders);
			Collections.rotate(turns, round - 1);
			for (String measure : measures) {
				for (Contender contender : turns) {
					// A plot shows a shape, for which one round will do.
					if (contender.takesPartIn(measure) && (round == 1 || !PLOTS.contains(measure))) {
						measure(measure, contender, round);
					}
				}
			}
		}
	}

	private void measure(String measure, Contender contender, int round) {
		switch (measure) {
			case "throughput", "create-only" ->
				throughput(new Result.Key(measure, contender.toString(), "", round, contender.share(this.commands)),
						contender, measure.equals("throughput") ? Shape.MIXED : Shape.CREATE_ONLY, null);
			case "latency" ->
				latency(new Result.Key(measure, contender.toString(), "", round, LATENCY_RATE * 20), contender);
			case "batch-size" -> {
				for (int size : BATCH_SIZES) {
					long count = Math.min(this.commands, 50_000L + size * 50L);
					throughput(new Result.Key(measure, contender.toString(), Integer.toString(size), round, count),
							contender, Shape.MIXED, size);
				}
			}
			case "rate" -> rates(contender, round);
			case "migrations" -> migrations(round);
			case "upgrade" -> upgrade(round);
			default -> throw new IllegalArgumentException("-Dmeasures: there is no measure " + measure);
		}
	}

	private void throughput(Result.Key key, Contender contender, Shape shape, @Nullable Integer batchSize) {
		throughput(key, contender, shape, batchSize, 1, Map.of());
	}

	private void throughput(Result.Key key, Contender contender, Shape shape, @Nullable Integer batchSize,
			int processes, Map<String, String> environment) {
		attempt(key, contender, shape, (trial) -> {
			trial.load(key.commands());
			// What the load has left to write is not the contender's.
			this.servers.execute("checkpoint");
			long started = System.nanoTime();
			for (int i = 0; i < processes; i++) {
				trial.start(batchSize, environment);
			}
			trial.awaitConsumed(1);
			double startSeconds = (System.nanoTime() - started) / 1e9;
			long warmUp = (long) (WARM_UP * trial.sent());
			long from = trial.awaitConsumed(warmUp);
			Trial.Reading before = trial.read();
			long to = trial.awaitConsumed(trial.sent());
			Trial.Reading after = trial.read();
			if (to == from) {
				throw new IllegalStateException("%s is too quick for so few commands".formatted(contender));
			}
			double count = to - from;
			Result result = new Result(key).with(Metric.START_SECONDS, startSeconds)
				.with(Metric.PEAK_MEGABYTES, trial.peakMegabytes())
				.with(Metric.COMMANDS_PER_SECOND, count * 1e9 / (after.nanos() - before.nanos()))
				.with(Metric.CONTENDER_MICROS, (after.contender() - before.contender()) / count)
				.with(Metric.DATABASE_MICROS, (after.database() - before.database()) / count)
				.with(Metric.BROKER_MICROS, (after.broker() - before.broker()) / count)
				.with(Metric.WAL_BYTES, (after.wal() - before.wal()) / count);
			trial.stopAndVerify();
			return List.of(result);
		});
	}

	private void latency(Result.Key key, Contender contender) {
		attempt(key, contender, Shape.MIXED, (trial) -> {
			warmUp(trial, contender);
			// What it has left to write is not to be waited for.
			this.servers.execute("checkpoint");
			try (Latency latency = new Latency(trial, LATENCY_RATE * 80)) {
				latency.at(LATENCY_RATE, Duration.ofSeconds(60));
				Result result = new Result(key);
				Latency.summarize(latency.at(LATENCY_RATE, Duration.ofSeconds(20)), result);
				result.with(Metric.PEAK_MEGABYTES, trial.peakMegabytes());
				trial.stopAndVerify();
				return List.of(result);
			}
		});
	}

	/**
	 * Lets a contender start, and its JVM compile what is called often: a rate that is no
	 * load would leave it interpreting for minutes.
	 */
	private void warmUp(Trial trial, Contender contender) {
		trial.load(contender.share(this.commands) / 2);
		trial.start(null, Map.of());
		trial.awaitConsumed(trial.sent());
	}

	private void rates(Contender contender, int round) {
		Result.Key first = new Result.Key("rate", contender.toString(), Integer.toString(RATES.getFirst()), round,
				RATE_SECONDS);
		attempt(first, contender, Shape.MIXED, (trial) -> {
			warmUp(trial, contender);
			List<Result> steps = new ArrayList<>();
			int most = RATES.stream().mapToInt(Integer::intValue).sum() * RATE_SECONDS;
			try (Latency latency = new Latency(trial, most + LATENCY_RATE * 10)) {
				latency.at(LATENCY_RATE, Duration.ofSeconds(10));
				for (int rate : RATES) {
					Result step = new Result(
							new Result.Key("rate", contender.toString(), Integer.toString(rate), round, RATE_SECONDS));
					Latency.summarize(latency.at(rate, Duration.ofSeconds(RATE_SECONDS)), step);
					steps.add(step);
					if (step.metrics().getOrDefault(Metric.P50_MILLIS, 0.0) > SATURATED_MILLIS) {
						break;
					}
				}
			}
			return steps;
		});
	}

	/** What commands wait for while a table is changed under the worker. */
	private void migrations(int round) {
		withTable(migration("nothing", round), (migrations, quiet) -> {
			migrations.prepare();
			migrations.quiet(quiet);
			for (DangerousChange change : DangerousChange.all()) {
				String lint = migrations.lint(change);
				if (!lint.equals(change.lint())) {
					this.failures++;
					say("FAILED  %s: lint says %s, and not %s".formatted(change.title(), lint, change.lint()));
				}
				attempt(migration(migrationName(change, "naive"), round), (result) -> migrations.naive(change, result));
				attempt(migration(migrationName(change, "advised"), round),
						(result) -> migrations.advised(change, result));
			}
		});
	}

	/** The same for {@code migrate upgrade} itself. */
	private void upgrade(int round) {
		withTable(migration("upgrade: nothing", round), (migrations, quiet) -> {
			migrations.quiet(quiet);
			attempt(migration("upgrade: mandatory", round), migrations::mandatory);
			attempt(migration("upgrade: a minute behind a transaction", round), migrations::behind);
		});
	}

	private void withTable(Result.Key quiet, BiConsumer<LiveMigrations, Result> measurement) {
		attempt(quiet, Contender.WORKER, Shape.filled(Math.toIntExact(quiet.commands())), (trial) -> {
			warmUp(trial, Contender.WORKER);
			try (LiveMigrations migrations = new LiveMigrations(this.servers, trial, 4 * 60 * 60)) {
				Result result = new Result(quiet);
				measurement.accept(migrations, result);
				return List.of(result);
			}
		});
	}

	/** Names a run in the results, whose fields end at commas. */
	static String migrationName(DangerousChange change, String way) {
		return change.title().replace(',', ';') + ": " + way;
	}

	private static Result.Key migration(String what, int round) {
		return new Result.Key("migrations", Contender.WORKER.toString(), what, round, Integer.getInteger("tasks"));
	}

	private void attempt(Result.Key key, Consumer<Result> measurement) {
		if (!this.results.has(key)) {
			Result result = new Result(key);
			measurement.accept(result);
			add(result);
		}
	}

	/** Measures, unless that has been done. What fails does not keep others from it. */
	private void attempt(Result.Key key, Contender contender, Shape shape, Function<Trial, List<Result>> measurement) {
		if (this.results.has(key)) {
			return;
		}
		try (Trial trial = Trial.prepare(this.servers, contender, shape)) {
			measurement.apply(trial).forEach(this::add);
		}
		catch (RuntimeException ex) {
			this.failures++;
			say("FAILED  %s: %s".formatted(key, ex));
		}
	}

	private void add(Result result) {
		this.results.add(result);
		StringBuilder line = new StringBuilder("%d/%d  %-12s %-13s %-10s".formatted(result.key().round(), this.rounds,
				result.key().measure(), result.key().contender(), result.key().parameter()));
		result.metrics()
			.forEach((metric, value) -> line.append(String.format(Locale.ROOT, "  %s=%.1f", metric.column(), value)));
		say(line.toString());
	}

	/** How the worker does when there is more of everything. */
	private void growth() {
		long backlog = Long.getLong("backlog", 5_000_000);
		int tasks = Integer.getInteger("tasks", 10_000_000);
		for (int round = 1; round <= this.rounds; round++) {
			growth("base", round, this.commands, Shape.MIXED, 1, Map.of());
			growth("one hot key", round, this.commands, Shape.HOT_KEY, 1, Map.of());
			growth("60 kB records", round, this.commands / 60, Shape.longRecords(60_000), 1, Map.of());
			for (int consumers : new int[] { 1, 2, 4 }) {
				growth(consumers + ((consumers == 1) ? " consumer" : " consumers"), round, this.commands, Shape.MIXED,
						1, Map.of("TIDEMARK_CONCURRENCY", Integer.toString(consumers)));
			}
			growth("2 processes", round, this.commands, Shape.MIXED, 2, Map.of());
			growth("10000 tasks", round, this.commands, Shape.grown(10_000, Keys.RANDOM), 1, Map.of());
			growth(tasks + " tasks", round, this.commands, Shape.grown(tasks, Keys.RANDOM), 1, Map.of());
			growth("10000 tasks by time", round, this.commands, Shape.grown(10_000, Keys.BY_TIME), 1, Map.of());
			growth(tasks + " tasks by time", round, this.commands, Shape.grown(tasks, Keys.BY_TIME), 1, Map.of());
			growth("backlog of " + backlog, round, backlog, Shape.MIXED, 1, Map.of());
		}
	}

	private void growth(String line, int round, long count, Shape shape, int processes,
			Map<String, String> environment) {
		throughput(new Result.Key("growth", Contender.WORKER.toString(), line, round, count), Contender.WORKER, shape,
				null, processes, environment);
	}

}
