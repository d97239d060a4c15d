package dev.tidemark.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.tidemark.benchmark.Results.Spread;

/**
 * Results for people: tables as Markdown, and two charts.
 */
final class Report {

	private static final String BEGIN = "<!-- results: written by -Dpublish -->";

	private static final String END = "<!-- end of results -->";

	private static final String BATCH_SIZE_CHART = "throughput-by-batch-size.svg";

	private static final String RATE_CHART = "latency-by-rate.svg";

	private final Results results;

	Report(Results results) {
		this.results = results;
	}

	/** Returns the tables. Figures are medians of the rounds, with their range. */
	String text() {
		StringBuilder text = new StringBuilder();
		bars(text);
		table(text, "throughput", "Mixed commands, loaded beforehand");
		table(text, "create-only", "Creates only, loaded beforehand");
		latencies(text);
		growth(text);
		migrations(text);
		upgrade(text);
		return text.toString();
	}

	private void bars(StringBuilder text) {
		int empty = text.length();
		text.append("""

				| the worker ÷ another, in the same round | median (least–most) | target |
				| --- | --- | --- |
				""");
		int begun = text.length();
		bar(text, "throughput", Metric.COMMANDS_PER_SECOND, Contender.HAND_WRITTEN, "commands/s", "at least 0.85");
		bar(text, "throughput", Metric.CONTENDER_MICROS, Contender.HAND_WRITTEN, "CPU per command of the process",
				"at most 1.6");
		bar(text, "throughput", Metric.COMMANDS_PER_SECOND, Contender.TYPICAL, "commands/s", "at least 30");
		bar(text, "throughput", Metric.COMMANDS_PER_SECOND, Contender.TYPICAL_WITHOUT_LINGER, "commands/s", "–");
		bar(text, "create-only", Metric.COMMANDS_PER_SECOND, Contender.DEBEZIUM, "commands/s, creates only",
				"at least 1.5");
		bar(text, "latency", Metric.P50_MILLIS, Contender.HAND_WRITTEN, "p50 at 500 commands/s", "at most 1.5");
		bar(text, "latency", Metric.P99_MILLIS, Contender.HAND_WRITTEN, "p99 at 500 commands/s", "at most 1.5");
		if (text.length() == begun) {
			text.setLength(empty);
		}
	}

	private void bar(StringBuilder text, String measure, Metric metric, Contender other, String what, String bar) {
		Spread ratio = this.results.ratio(measure, Contender.WORKER.toString(), "", other.toString(), "", metric);
		if (ratio != null) {
			text.append("| %s ÷ `%s` | %s | %s |%n".formatted(what, other, range(ratio), bar));
		}
	}

	private void table(StringBuilder text, String measure, String title) {
		boolean begun = false;
		for (Contender contender : Contender.values()) {
			String name = contender.toString();
			Spread speed = this.results.spread(measure, name, "", Metric.COMMANDS_PER_SECOND);
			if (speed == null) {
				continue;
			}
			if (!begun) {
				begun = true;
				text.append(
						"""

								**%s** (%d rounds)

								| contender | commands/s | ÷ `%s` | CPU per command, µs: contender | PostgreSQL | broker | its CPU ÷ `%s` | WAL, B | peak, MB | start to first commit, s |
								| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
								"""
							.formatted(title, speed.rounds(), baseline(measure), baseline(measure)));
			}
			text.append("| `%s` | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n".formatted(name, withRange(speed, 0),
					ratio(measure, name, Metric.COMMANDS_PER_SECOND), value(measure, name, Metric.CONTENDER_MICROS, 1),
					value(measure, name, Metric.DATABASE_MICROS, 1), value(measure, name, Metric.BROKER_MICROS, 1),
					ratio(measure, name, Metric.CONTENDER_MICROS), value(measure, name, Metric.WAL_BYTES, 0),
					value(measure, name, Metric.PEAK_MEGABYTES, 0), value(measure, name, Metric.START_SECONDS, 1)));
		}
	}

	private void latencies(StringBuilder text) {
		boolean begun = false;
		for (Contender contender : Contender.values()) {
			String name = contender.toString();
			Spread median = this.results.spread("latency", name, "", Metric.P50_MILLIS);
			if (median == null) {
				continue;
			}
			if (!begun) {
				begun = true;
				text.append("""

						**Latency at 500 commands/s, in milliseconds** (%d rounds)

						| contender | p50 | ÷ `%s` | p99 | ÷ `%s` | max |
						| --- | --- | --- | --- | --- | --- |
						""".formatted(median.rounds(), baseline("latency"), baseline("latency")));
			}
			text.append("| `%s` | %s | %s | %s | %s | %s |%n".formatted(name, withRange(median, 1),
					ratio("latency", name, Metric.P50_MILLIS),
					withRange(this.results.spread("latency", name, "", Metric.P99_MILLIS), 1),
					ratio("latency", name, Metric.P99_MILLIS), value("latency", name, Metric.MAX_MILLIS, 0)));
		}
	}

	private void growth(StringBuilder text) {
		String worker = Contender.WORKER.toString();
		List<String> lines = this.results.parameters("growth", worker);
		if (lines.isEmpty()) {
			return;
		}
		text.append(
				"""

						**Growth: the worker alone**

						| | commands/s | ÷ base | CPU per command, µs: worker | PostgreSQL | broker | peak, MB | start to first commit, s |
						| --- | --- | --- | --- | --- | --- | --- | --- |
						""");
		for (String line : lines) {
			text.append("| %s | %s | %s | %s | %s | %s | %s | %s |%n".formatted(line,
					growth(line, Metric.COMMANDS_PER_SECOND, 0),
					range(this.results.ratio("growth", worker, line, worker, "base", Metric.COMMANDS_PER_SECOND)),
					growth(line, Metric.CONTENDER_MICROS, 1), growth(line, Metric.DATABASE_MICROS, 1),
					growth(line, Metric.BROKER_MICROS, 1), growth(line, Metric.PEAK_MEGABYTES, 0),
					growth(line, Metric.START_SECONDS, 1)));
		}
	}

	private void migrations(StringBuilder text) {
		if (latencies("nothing") == null) {
			return;
		}
		text.append("""

				**Changes under a worker: latency at 200 commands/s, in milliseconds**

				| change | `migrate lint` of the simplest way | the simplest way: p99 | max | as advised: p99 | max |
				| --- | --- | --- | --- | --- | --- |
				| none | | %s | %s | | |
				""".formatted(migration("nothing", Metric.P99_MILLIS), migration("nothing", Metric.MAX_MILLIS)));
		for (DangerousChange change : DangerousChange.all()) {
			String naive = Benchmark.migrationName(change, "naive");
			String advised = Benchmark.migrationName(change, "advised");
			text.append("| %s | %s | %s | %s | %s | %s |%n".formatted(change.title(), change.lint(),
					migration(naive, Metric.P99_MILLIS), migration(naive, Metric.MAX_MILLIS),
					migration(advised, Metric.P99_MILLIS), migration(advised, Metric.MAX_MILLIS)));
		}
	}

	private void upgrade(StringBuilder text) {
		if (latencies("upgrade: nothing") == null) {
			return;
		}
		text.append("""

				**`migrate upgrade` beside a worker: latency at 200 commands/s, in milliseconds**

				| | p50 | p99 | max |
				| --- | --- | --- | --- |
				""");
		for (String what : this.results.parameters("migrations", Contender.WORKER.toString())) {
			if (what.startsWith("upgrade: ")) {
				text.append("| %s | %s | %s | %s |%n".formatted(what.replace("upgrade: ", ""),
						migration(what, Metric.P50_MILLIS), migration(what, Metric.P99_MILLIS),
						migration(what, Metric.MAX_MILLIS)));
			}
		}
	}

	private @Nullable Spread latencies(String what) {
		return this.results.spread("migrations", Contender.WORKER.toString(), what, Metric.P99_MILLIS);
	}

	private String migration(String what, Metric metric) {
		return plain(this.results.spread("migrations", Contender.WORKER.toString(), what, metric), 0);
	}

	private String growth(String line, Metric metric, int digits) {
		return plain(this.results.spread("growth", Contender.WORKER.toString(), line, metric), digits);
	}

	private String value(String measure, String contender, Metric metric, int digits) {
		return plain(this.results.spread(measure, contender, "", metric), digits);
	}

	private String ratio(String measure, String contender, Metric metric) {
		return range(this.results.ratio(measure, contender, "", baseline(measure), "", metric));
	}

	/**
	 * The bar, if it was measured; else the worker, for its next build to be compared.
	 */
	private String baseline(String measure) {
		Contender bar = this.results.parameters(measure, Contender.HAND_WRITTEN.toString()).isEmpty() ? Contender.WORKER
				: Contender.HAND_WRITTEN;
		return bar.toString();
	}

	private static String plain(@Nullable Spread spread, int digits) {
		return (spread != null) ? number(spread.median(), digits) : "–";
	}

	private static String range(@Nullable Spread spread) {
		return withRange(spread, 2);
	}

	private static String withRange(@Nullable Spread spread, int digits) {
		if (spread == null) {
			return "–";
		}
		return "%s (%s–%s)".formatted(number(spread.median(), digits), number(spread.min(), digits),
				number(spread.max(), digits));
	}

	private static String number(double value, int digits) {
		return String.format(Locale.ROOT, "%,." + digits + "f", value);
	}

	/** Writes tables and charts into a folder. */
	void write(Path folder) {
		try {
			Files.createDirectories(folder);
			Files.writeString(folder.resolve("results.md"), text());
			write(batchSizeChart(), folder.resolve(BATCH_SIZE_CHART));
			write(latencyChart(), folder.resolve(RATE_CHART));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void write(Chart chart, Path file) throws IOException {
		if (!chart.isEmpty()) {
			Files.writeString(file, chart.svg());
		}
	}

	private Chart batchSizeChart() {
		Chart chart = new Chart("Throughput by batch size", "records per poll, at most", "commands per second");
		add(chart, "batch-size", "", Metric.COMMANDS_PER_SECOND, false);
		return chart;
	}

	private Chart latencyChart() {
		Chart chart = new Chart("Latency by rate, up to saturation", "commands per second", "milliseconds");
		add(chart, "rate", " p50", Metric.P50_MILLIS, false);
		add(chart, "rate", " p99", Metric.P99_MILLIS, true);
		return chart;
	}

	private void add(Chart chart, String measure, String suffix, Metric metric, boolean dashed) {
		int colour = 0;
		for (Contender contender : Contender.values()) {
			Chart.Line line = new Chart.Line(contender + suffix, colour++, dashed);
			for (String parameter : this.results.parameters(measure, contender.toString())) {
				Spread spread = this.results.spread(measure, contender.toString(), parameter, metric);
				if (spread != null) {
					chart.point(line, Double.parseDouble(parameter), spread.median());
				}
			}
		}
	}

	/**
	 * Puts results into the project: tables and charts into the README beside them.
	 * @param folder what was written to
	 * @param benchmark the benchmark's folder in the project
	 */
	void publish(Path folder, Path benchmark) {
		try {
			for (String name : List.of("results.csv", BATCH_SIZE_CHART, RATE_CHART)) {
				if (Files.exists(folder.resolve(name))) {
					Files.copy(folder.resolve(name), benchmark.resolve(name), StandardCopyOption.REPLACE_EXISTING);
				}
			}
			replace(benchmark.resolve("README.md"), text() + charts(benchmark));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String charts(Path benchmark) {
		StringBuilder links = new StringBuilder();
		for (String name : List.of(BATCH_SIZE_CHART, RATE_CHART)) {
			if (Files.exists(benchmark.resolve(name))) {
				links.append("%n![%s](%s)%n".formatted(name.replace(".svg", "").replace('-', ' '), name));
			}
		}
		return links.toString();
	}

	private static void replace(Path readme, String results) throws IOException {
		String text = Files.readString(readme);
		int begin = text.indexOf(BEGIN);
		int end = text.indexOf(END);
		if (begin < 0 || end < begin) {
			throw new IllegalStateException("%s has no place for results: %s".formatted(readme, BEGIN));
		}
		Files.writeString(readme, text.substring(0, begin) + BEGIN + "\n" + results + text.substring(end));
	}

}
