package dev.tidemark.worker.proof;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Commands that lie where murmur2 of their key would not have put them are counted, by
 * source: an order that may be lost is never lost unseen.
 * <p>
 * A worker that dies takes its counters with it, and one that is given records again
 * counts them again. So this is asked of workers that have been there since the first of
 * the commands, in a time without faults; and even then it is no more than bounds.
 */
final class CountsMisplaced {

	private static final Pattern SAMPLE = Pattern
		.compile("^tidemark_misplaced_commands_total\\{.*source=\"([^\"]*)\".*} (\\S+)$", Pattern.MULTILINE);

	private CountsMisplaced() {
	}

	/**
	 * Returns what the workers have counted.
	 * @param metrics what each of them says now
	 * @return the counts by source
	 */
	static Map<String, Double> counted(List<String> metrics) {
		Map<String, Double> counted = new TreeMap<>();
		for (String scrape : metrics) {
			Matcher sample = SAMPLE.matcher(scrape);
			while (sample.find()) {
				counted.merge(sample.group(1), Double.valueOf(sample.group(2)), Double::sum);
			}
		}
		return counted;
	}

	/**
	 * Compares what was counted with what was sent.
	 * @param sent what was sent
	 * @param counted what was counted, by source
	 * @return each difference in a line; empty if there is none
	 */
	static List<String> differences(List<Order> sent, Map<String, Double> counted) {
		Differences differences = new Differences();
		long misplaced = sent.stream().filter((order) -> order.misplaced() && !order.aborted()).count();
		double seen = counted.getOrDefault(Placement.SOURCE, 0.0);
		if (seen > misplaced || (seen == 0 && misplaced > 0)) {
			differences.add("misplaced commands: expected some, %d at most, seen %.0f".formatted(misplaced, seen));
		}
		counted.forEach((source, count) -> {
			if (!source.equals(Placement.SOURCE) && count > 0) {
				differences.add("misplaced commands: expected none of %s, seen %.0f".formatted(source, count));
			}
		});
		return differences.lines();
	}

}
