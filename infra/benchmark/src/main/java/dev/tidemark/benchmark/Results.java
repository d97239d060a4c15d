package dev.tidemark.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * All results so far, in a file that is added to after every run: a benchmark that was
 * interrupted goes on where it was.
 */
final class Results {

	private final Path file;

	private final List<Result> all = new ArrayList<>();

	private Results(Path file) {
		this.file = file;
	}

	/** Opens a file, which need not be there yet. */
	static Results open(Path file) {
		Results results = new Results(file);
		try {
			if (Files.exists(file)) {
				Files.readAllLines(file).stream().skip(1).map(Results::parse).forEach(results.all::add);
			}
			else {
				Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
				Files.writeString(file, "measure,contender,parameter,round,commands,"
						+ Arrays.stream(Metric.values()).map(Metric::column).collect(Collectors.joining(",")) + "\n");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return results;
	}

	private static Result parse(String line) {
		String[] fields = line.split(",", -1);
		Result result = new Result(new Result.Key(fields[0], fields[1], fields[2], Integer.parseInt(fields[3]),
				Long.parseLong(fields[4])));
		int column = 5;
		for (Metric metric : Metric.values()) {
			String field = fields[column++];
			if (!field.isEmpty()) {
				result.with(metric, Double.parseDouble(field));
			}
		}
		return result;
	}

	void add(Result result) {
		Result.Key key = result.key();
		String line = "%s,%s,%s,%d,%d".formatted(key.measure(), key.contender(), key.parameter(), key.round(),
				key.commands());
		for (Metric metric : Metric.values()) {
			Double value = result.metrics().get(metric);
			line += (value != null) ? String.format(Locale.ROOT, ",%.3f", value) : ",";
		}
		try {
			Files.writeString(this.file, line + "\n", StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.all.add(result);
	}

	boolean has(Result.Key key) {
		return this.all.stream().anyMatch((result) -> result.key().equals(key));
	}

	/** The parameters of a contender's runs, in the order in which they were measured. */
	List<String> parameters(String measure, String contender) {
		return of(measure, contender).stream().map((result) -> result.key().parameter()).distinct().toList();
	}

	private List<Result> of(String measure, String contender) {
		return this.all.stream()
			.filter((result) -> result.key().measure().equals(measure) && result.key().contender().equals(contender))
			.toList();
	}

	/** The rounds of a metric; null if it was not measured. */
	@Nullable Spread spread(String measure, String contender, String parameter, Metric metric) {
		return Spread.of(of(measure, contender).stream()
			.filter((result) -> result.key().parameter().equals(parameter))
			.map((result) -> result.metrics().get(metric))
			.filter(Objects::nonNull)
			.toList());
	}

	/**
	 * How a metric of a contender compares with another's in the same round.
	 * @return the quotients; null if no round has both
	 */
	@Nullable Spread ratio(String measure, String contender, String parameter, String otherContender, String otherParameter,
			Metric metric) {
		List<Double> ratios = new ArrayList<>();
		for (Result result : of(measure, contender)) {
			if (!result.key().parameter().equals(parameter)) {
				continue;
			}
			Double mine = result.metrics().get(metric);
			of(measure, otherContender).stream()
				.filter((other) -> other.key().parameter().equals(otherParameter)
						&& other.key().round() == result.key().round())
				.map((other) -> other.metrics().get(metric))
				.filter((other) -> mine != null && other != null && other > 0)
				.findFirst()
				.ifPresent((other) -> ratios.add(Objects.requireNonNull(mine) / other));
		}
		return Spread.of(ratios);
	}

	/**
	 * Several rounds' values.
	 *
	 * @param median the middle one
	 * @param min the smallest
	 * @param max the largest
	 * @param rounds how many there are
	 */
	record Spread(double median, double min, double max, int rounds) {

		static @Nullable Spread of(List<Double> values) {
			if (values.isEmpty()) {
				return null;
			}
			List<Double> sorted = values.stream().sorted().toList();
			int middle = sorted.size() / 2;
			double median = (sorted.size() % 2 == 1) ? sorted.get(middle)
					: (sorted.get(middle - 1) + sorted.get(middle)) / 2;
			DoubleSummaryStatistics statistics = sorted.stream().mapToDouble(Double::doubleValue).summaryStatistics();
			return new Spread(median, statistics.getMin(), statistics.getMax(), sorted.size());
		}

	}

}
