package dev.tidemark.worker.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.waiting.Trouble;

/**
 * What is to be said of what lies in the topics and does not come, or has come in the
 * wrong way.
 *
 * @param level how bad it is
 * @param text a sentence without its full stop; senders' own words may be in it
 * @param since since when, if that is known
 */
record Finding(Level level, String text, @Nullable Instant since) {

	/** Some seconds are an ordinary sender's own affair. */
	private static final Duration NOTED = Duration.ofSeconds(15);

	/** As the alert has it: longer than Kafka lets a sender be silent by default. */
	private static final Duration LEFT_OPEN = Duration.ofSeconds(75);

	private static final Duration STANDS = Duration.ofSeconds(60);

	/** What health has partitions under that wait alone. */
	private static final String PARTITIONS = "partitions";

	/** How bad something is. */
	enum Level {

		/** Commands do not come. */
		TROUBLE,

		/** Somebody should know. */
		NOTICE

	}

	/**
	 * Looks for all there is to be said.
	 * @param health what the readiness is made of
	 * @param figures what this process has counted
	 * @param group how far all workers have come
	 * @param now the time
	 * @return the findings, the worst first
	 */
	static List<Finding> all(List<Overview.Part> health, WorkerFigures figures, Reading<GroupProgress> group,
			Instant now) {
		List<Finding> findings = new ArrayList<>();
		alone(Trouble.PARTITION_UNREADABLE, "cannot be read", health, figures, findings);
		alone(Trouble.OUT_OF_STEP, "waits for realign", health, figures, findings);
		GroupProgress progress = (group.failure() == null) ? group.value() : null;
		if (progress != null) {
			openTransactions(progress.partitions(), figures, now, findings);
			if (figures.waitingSince().values().stream().noneMatch((since) -> since > 0)) {
				standing(progress.partitions(), figures, now, findings);
			}
		}
		counted(figures, findings);
		findings.sort(Comparator.comparing(Finding::level));
		return findings;
	}

	/** What waits while others go on. */
	private static void alone(Trouble trouble, String text, List<Overview.Part> health, WorkerFigures figures,
			List<Finding> findings) {
		Set<String> partitions = partitions(trouble, health);
		Instant since = instant(figures.waitingSince().get(trouble.awaited()));
		if (!partitions.isEmpty() || since != null) {
			findings.add(new Finding(Level.TROUBLE,
					"%s %s".formatted(partitions.isEmpty() ? "A partition" : some(partitions, "partition"), text),
					since));
		}
	}

	private static Set<String> partitions(Trouble trouble, List<Overview.Part> health) {
		return health.stream()
			.filter((part) -> !part.well() && trouble.name().equals(String.valueOf(part.details().get("reason"))))
			.map((part) -> part.details().get(PARTITIONS))
			.flatMap((partitions) -> (partitions instanceof Collection<?> several) ? several.stream()
					: Stream.ofNullable(partitions))
			.map(String::valueOf)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static void openTransactions(List<GroupProgress.Partition> partitions, WorkerFigures figures, Instant now,
			List<Finding> findings) {
		List<String> names = new ArrayList<>();
		long records = 0;
		Instant since = now.minus(NOTED);
		for (GroupProgress.Partition partition : partitions) {
			Instant open = openSince(partition, figures, now);
			if (open != null && !open.isAfter(now.minus(NOTED))) {
				names.add(partition.name());
				records += partition.getUndeliverable();
				since = open.isBefore(since) ? open : since;
			}
		}
		if (!names.isEmpty()) {
			findings.add(new Finding(since.isAfter(now.minus(LEFT_OPEN)) ? Level.NOTICE : Level.TROUBLE,
					"%s behind a transaction that a sender has left open in %s".formatted(lie(records),
							some(names, "partition")),
					since));
		}
	}

	/** What this worker knows of its partitions is older than the first look. */
	private static @Nullable Instant openSince(GroupProgress.Partition partition, WorkerFigures figures, Instant now) {
		if (partition.openSince() == null) {
			return null;
		}
		Instant known = now.minusMillis((long) (1000 * figures.undeliverableAge().getOrDefault(partition.name(), 0.0)));
		return known.isBefore(partition.openSince()) ? known : partition.openSince();
	}

	/**
	 * Of this worker's own partitions only: where nothing but markers of transactions
	 * came, nothing is committed, and only the consumer knows that it has gone on.
	 */
	private static void standing(List<GroupProgress.Partition> partitions, WorkerFigures figures, Instant now,
			List<Finding> findings) {
		for (GroupProgress.Partition partition : partitions) {
			Double lag = figures.lag().get(partition.name());
			Instant since = partition.standsSince();
			if (lag != null && lag > partition.getUndeliverable() && since != null
					&& !since.isAfter(now.minus(STANDS))) {
				findings.add(new Finding(Level.TROUBLE, "%s stands at %d: %s there".formatted(partition.name(),
						partition.next(), lie(lag.longValue() - partition.getUndeliverable())), since));
			}
		}
	}

	private static void counted(WorkerFigures figures, List<Finding> findings) {
		Map<String, Double> lost = positive(figures.lost());
		if (!lost.isEmpty()) {
			findings.add(new Finding(Level.NOTICE,
					"%s of %s %s gone before this worker had read %s".formatted(count(sum(lost), "record"),
							some(lost.keySet(), "partition"), (sum(lost) == 1) ? "was" : "were",
							(sum(lost) == 1) ? "it" : "them"),
					null));
		}
		Map<String, Double> misplaced = positive(figures.misplaced());
		if (!misplaced.isEmpty()) {
			List<String> sources = misplaced.entrySet()
				.stream()
				.sorted(Map.Entry.<String, Double>comparingByValue().reversed())
				.map(Map.Entry::getKey)
				.toList();
			findings.add(new Finding(Level.NOTICE,
					"%s of %s %s in partitions that murmur2 would not have chosen, so they have no order to others"
						.formatted(count(sum(misplaced), "command"), some(sources, "source"),
								(sum(misplaced) == 1) ? "lies" : "lie"),
					null));
		}
	}

	private static Map<String, Double> positive(Map<String, Double> counts) {
		return counts.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() > 0)
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Double::sum, TreeMap::new));
	}

	private static long sum(Map<String, Double> counts) {
		return counts.values().stream().mapToLong(Double::longValue).sum();
	}

	private static String lie(long records) {
		return count(records, "record") + ((records == 1) ? " lies" : " lie");
	}

	private static String count(long number, String what) {
		return String.format(Locale.ROOT, "%,d %s%s", number, what, (number == 1) ? "" : "s");
	}

	/** The first one, and how many there are besides. */
	private static String some(Collection<String> names, String what) {
		String first = names.iterator().next();
		return (names.size() == 1) ? first : "%s and %s more".formatted(first, count(names.size() - 1, what));
	}

	private static @Nullable Instant instant(@Nullable Double unixTime) {
		return (unixTime != null && unixTime > 0) ? Instant.ofEpochMilli((long) (unixTime * 1000)) : null;
	}

}
