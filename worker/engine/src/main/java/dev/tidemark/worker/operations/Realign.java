package dev.tidemark.worker.operations;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.deadletter.UnreadableRecords;
import dev.tidemark.worker.operations.Standing.Verdict;
import dev.tidemark.worker.outcome.KnownPosition;
import dev.tidemark.worker.settings.UsageException;
import dev.tidemark.worker.settings.WorkerEnvironment;
import dev.tidemark.worker.settings.WorkerEnvironment.Use;
import dev.tidemark.worker.topics.TopicReader;

/**
 * Runs {@code realign}: brings database, consumer group and topics together again after
 * one of them is not what it was. It says where each partition stands, has the workers go
 * on where they wait for a word, waits until they have read everything, and publishes
 * again what differs.
 */
final class Realign {

	/** For how long nothing may be read before nobody is taken to read. */
	private static final int WAIT_SECONDS = 60;

	private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();

	private final WorkerEnvironment environment;

	private final KafkaAccess kafka;

	private final GroupAccess groups;

	private final String groupId;

	private final Output output;

	private Realign(WorkerEnvironment environment, KafkaAccess kafka, GroupAccess groups, Output output) {
		this.environment = environment;
		this.kafka = kafka;
		this.groups = groups;
		this.groupId = kafka.groupId();
		this.output = output;
	}

	static int run(Arguments arguments, Output output) throws SQLException {
		if (!arguments.words().isEmpty()) {
			throw new UsageException("wants no word, and got '%s'".formatted(arguments.words().getFirst()));
		}
		int wait = arguments.number("wait", 1, 86_400, WAIT_SECONDS);
		WorkerEnvironment environment = WorkerEnvironment.read(arguments.properties(), Use.DATABASE, Use.KAFKA);
		try (KafkaAccess kafka = new KafkaAccess(environment); GroupAccess groups = kafka.groups()) {
			return new Realign(environment, kafka, groups, output).run(wait, arguments.has("dry-run"));
		}
	}

	private int run(int waitSeconds, boolean dryRun) throws SQLException {
		try (Connection connection = this.environment.connect()) {
			// The group first: what it has read, the database knows by then.
			Map<TopicPartition, OffsetAndMetadata> own = this.groups.offsets(this.groupId);
			Map<TopicPartition, KnownPosition> known = Positions.read(connection);
			List<Standing.Log> logs = logs();
			Set<String> others = others(known.values());
			Map<TopicPartition, OffsetAndMetadata> offsets = inherited(own, known, others);
			List<Standing> standings = standings(logs, known, offsets);
			report(standings, others);
			if (dryRun) {
				boolean inStep = others.isEmpty()
						&& standings.stream().allMatch((standing) -> standing.verdict() == Verdict.IN_STEP);
				return inStep ? Tools.DONE : Tools.NOT_SO;
			}
			Map<String, UUID> topicIds = new HashMap<>();
			logs.forEach((log) -> topicIds.put(log.partition().topic(), log.topicId()));
			// Should this end in between, a group that is behind the database does no
			// harm. A topic that was made again is accepted last: by that, workers know
			// that the group has been moved, and go on where the database says.
			Positions.belongTo(connection, this.groupId);
			Positions.agree(connection, standings, Verdict.CUT, topicIds);
			move(standings, others.isEmpty() ? Map.of() : offsets);
			Positions.agree(connection, standings, Verdict.REPLACED, topicIds);
			awaitRead(connection, standings.stream().map(Standing::partition).toList(), waitSeconds);
		}
		int result = Tools.DONE;
		for (AggregateType aggregate : Catalogue.installed().aggregates()) {
			if (!isAlike(aggregate)) {
				result = Tools.NOT_SO;
			}
		}
		return result;
	}

	/** The partitions as they are now, in their order. */
	private List<Standing.Log> logs() {
		List<Standing.Log> logs = this.groups.logs(this.kafka.topics().commands());
		logs.sort(Comparator.comparing((Standing.Log log) -> log.partition().topic())
			.thenComparingInt((log) -> log.partition().partition()));
		return logs;
	}

	private static List<Standing> standings(List<Standing.Log> logs, Map<TopicPartition, KnownPosition> known,
			Map<TopicPartition, OffsetAndMetadata> offsets) {
		return logs.stream()
			.map((log) -> Standing.of(log, known.get(log.partition()), offsets.get(log.partition())))
			.toList();
	}

	/** The groups, besides this one, that the database belongs to. */
	private Set<String> others(Collection<KnownPosition> known) {
		Set<String> others = new TreeSet<>();
		known.forEach((there) -> others.add(there.groupId()));
		others.remove(this.groupId);
		for (String other : others) {
			if (this.groups.hasMembers(other)) {
				throw new OperationException(
						"the database belongs to the consumer group '%s', which has members: stop its workers first"
							.formatted(other));
			}
		}
		return others;
	}

	/** Where the group stands, or the one that it follows. */
	private Map<TopicPartition, OffsetAndMetadata> inherited(Map<TopicPartition, OffsetAndMetadata> own,
			Map<TopicPartition, KnownPosition> known, Set<String> others) {
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(own);
		for (String other : others) {
			Map<TopicPartition, OffsetAndMetadata> theirs = this.groups.offsets(other);
			known.forEach((partition, there) -> {
				if (there.groupId().equals(other)) {
					offsets.remove(partition);
					if (theirs.containsKey(partition)) {
						offsets.put(partition, Objects.requireNonNull(theirs.get(partition)));
					}
				}
			});
		}
		return offsets;
	}

	private void report(List<Standing> standings, Set<String> others) {
		for (String other : others) {
			this.output.line(
					"the database belongs to the consumer group '%s': '%s' takes over".formatted(other, this.groupId));
		}
		long inStep = standings.stream().filter((standing) -> standing.verdict() == Verdict.IN_STEP).count();
		for (Standing standing : standings) {
			if (standing.verdict() != Verdict.IN_STEP) {
				this.output.line("%s: %s".formatted(standing.partition(), standing.text()));
			}
		}
		this.output.line("%d of %d partitions are in step".formatted(inStep, standings.size()));
	}

	private void move(List<Standing> standings, Map<TopicPartition, OffsetAndMetadata> inherited) {
		Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>(inherited);
		moved.keySet().retainAll(standings.stream().map(Standing::partition).toList());
		for (Standing standing : standings) {
			if (standing.verdict().waits()) {
				moved.put(standing.partition(), new OffsetAndMetadata(standing.next(), UnreadableRecords.PASSED_OVER));
			}
		}
		if (!moved.isEmpty()) {
			this.groups.move(moved);
			this.output
				.line("the group goes on in %d partitions; workers do within ten seconds".formatted(moved.size()));
		}
	}

	/**
	 * Waits until everything has been read that is there now, and the database knows of
	 * all of it. Where it is behind, the group stands at the end until a worker has gone
	 * back.
	 */
	private void awaitRead(Connection connection, List<TopicPartition> partitions, int waitSeconds)
			throws SQLException {
		Map<TopicPartition, Long> ends = this.groups.ends(partitions);
		Set<TopicPartition> left = new HashSet<>(partitions);
		Map<TopicPartition, OffsetAndMetadata> stood = Map.of();
		long moved = System.nanoTime();
		try (TopicReader reader = this.kafka.reader()) {
			while (true) {
				Map<TopicPartition, OffsetAndMetadata> stands = new HashMap<>(this.groups.offsets(this.groupId));
				Set<TopicPartition> behind = standings(logs(), Positions.read(connection), stands).stream()
					.filter((standing) -> standing.verdict() == Verdict.BEHIND)
					.map(Standing::partition)
					.collect(Collectors.toSet());
				left.removeIf((partition) -> !behind.contains(partition)
						&& isRead(partition, stands.get(partition), ends, reader));
				if (left.isEmpty()) {
					return;
				}
				stands.keySet().retainAll(left);
				if (!stands.equals(stood)) {
					stood = stands;
					moved = System.nanoTime();
				}
				else if (System.nanoTime() - moved > Duration.ofSeconds(waitSeconds).toNanos()) {
					throw new OperationException(
							("nothing has been read for %d s, and there is more in %s: start a worker, or see what its "
									+ "readiness says, and run this again")
								.formatted(waitSeconds, some(left)));
				}
				this.output.progress(() -> "%d partitions are still being read".formatted(left.size()));
				LockSupport.parkNanos(PAUSE_NANOS);
			}
		}
	}

	/**
	 * Behind the last record there may be markers of transactions, which nobody reads.
	 */
	private static boolean isRead(TopicPartition partition, @Nullable OffsetAndMetadata stands,
			Map<TopicPartition, Long> ends, TopicReader reader) {
		long end = ends.getOrDefault(partition, 0L);
		if (stands == null) {
			Map<TopicPartition, Long> beginnings = reader.beginnings(List.of(partition));
			return reader.withRecords(beginnings, Map.of(partition, end)).isEmpty();
		}
		return stands.offset() >= end
				|| reader.withRecords(Map.of(partition, stands.offset()), Map.of(partition, end)).isEmpty();
	}

	private static String some(Set<TopicPartition> partitions) {
		List<String> names = partitions.stream().map(TopicPartition::toString).sorted().toList();
		return (names.size() == 1) ? names.getFirst() : "%s and %d more".formatted(names.getFirst(), names.size() - 1);
	}

	/** Compares topic and table, and publishes what differs, as long as that helps. */
	private boolean isAlike(AggregateType aggregate) throws SQLException {
		long before = Long.MAX_VALUE;
		while (true) {
			Verify.Result result = Verify.compare(aggregate, this.environment, this.kafka, this.output);
			if (result.differing() == 0 || result.differing() >= before) {
				return result.differing() == 0;
			}
			before = result.differing();
			if (Republish.again(aggregate, result.keys(), this.kafka, this.output) == 0) {
				return false;
			}
		}
	}

}
