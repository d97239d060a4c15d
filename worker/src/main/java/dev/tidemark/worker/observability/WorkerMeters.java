package dev.tidemark.worker.observability;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.worker.outcome.Decided;
import dev.tidemark.worker.outcome.Verdict;
import dev.tidemark.worker.topics.TopicProperties;
import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * Every metric of the worker's own, with its name, its tags and what it means. All meters
 * are there from the start, at zero, so that a rate can be told from the first event on,
 * and counting looks nothing up by tags. What happened to a command is counted once its
 * Kafka transaction has been committed: a redelivery counts as what it is at last
 * published as, and once. No gauge asks a server.
 */
@Component
public final class WorkerMeters {

	/**
	 * Counter {type, outcome}: commands by what came of them. {@code applied},
	 * {@code rejected}, {@code deferred}, or {@code duplicate}: known, and published
	 * before. A deferred command counts again when it is taken up.
	 */
	public static final String COMMANDS = "tidemark.commands";

	/** Counter {reason}: rejections, by the reasons of the contract. */
	public static final String REJECTIONS = "tidemark.rejections";

	/**
	 * Counter {topic, reason}: dead letters, by the topic that they came from and the
	 * reasons of the contract.
	 */
	public static final String DEAD_LETTERS = "tidemark.dead.letters";

	/**
	 * Timer with histogram {since}: how old a command was when it had been applied and
	 * published; since it was {@code asked} for, or since it was {@code recorded} by
	 * Kafka. The latter is not known of one that had to wait and is published again.
	 */
	public static final String COMMAND_AGE = "tidemark.command.age";

	/**
	 * Distribution summary: records of one poll, which are decided and published
	 * together.
	 */
	public static final String BATCH_RECORDS = "tidemark.batch.records";

	/**
	 * Timer {phase}: where the time of a batch goes, attempts that fail included.
	 * {@code decode} records, {@code load} rows (and get a connection), {@code send}
	 * events ahead, {@code flush} changes, {@code commit} in the database,
	 * {@code publish} in one Kafka transaction.
	 */
	public static final String BATCH_PHASE = "tidemark.batch.phase";

	/** Gauge {topic, partition}: records not yet consumed, of the partitions assigned. */
	public static final String CONSUMER_LAG = "tidemark.consumer.lag";

	/**
	 * Gauge, seconds: age of the oldest record that has been polled and not yet been
	 * processed; 0 if none.
	 */
	public static final String OLDEST_UNPROCESSED_AGE = "tidemark.oldest.unprocessed.age";

	/**
	 * Gauge: commands that wait for a user, or behind one that does; of all workers
	 * together, as the last sweep found them.
	 */
	public static final String DEFERRED_COMMANDS = "tidemark.deferred.commands";

	/**
	 * Gauge, seconds: for how long the oldest deferred command has waited; 0 if none
	 * does.
	 */
	public static final String DEFERRED_OLDEST_AGE = "tidemark.deferred.oldest.age";

	/**
	 * Gauge {for}: Unix time in seconds since when the worker waits for something to
	 * become well; 0 while it is.
	 */
	public static final String WAITING_SINCE = "tidemark.waiting.since";

	/** Gauge: 1 while the guard has stopped the intake. */
	public static final String INTAKE_STOPPED = "tidemark.intake.stopped";

	/** Gauge: 1 while the schema is not the one that the worker was built for. */
	public static final String SCHEMA_BEHIND = "tidemark.schema.behind";

	/**
	 * Gauge {state}: consumers that are {@code expected} to run, and that are
	 * {@code running}.
	 */
	public static final String CONSUMERS = "tidemark.consumers";

	/** Gauge: partitions assigned to this worker. */
	public static final String PARTITIONS_ASSIGNED = "tidemark.partitions.assigned";

	private static final String DUPLICATE = "duplicate";

	private static final Duration[] AGES = { Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25),
			Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
			Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10),
			Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15),
			Duration.ofHours(1) };

	private final MeterRegistry registry;

	private final Map<CommandType, Map<Verdict, Counter>> commands = new EnumMap<>(CommandType.class);

	private final Map<CommandType, Counter> duplicates = new EnumMap<>(CommandType.class);

	private final Map<RejectionReason, Counter> rejections = new EnumMap<>(RejectionReason.class);

	private final Map<String, Map<DeadLetterReason, Counter>> letters = new ConcurrentHashMap<>();

	private final Timer askedAge;

	private final Timer recordedAge;

	private final DistributionSummary batchRecords;

	private final Map<Phase, Timer> phases = new EnumMap<>(Phase.class);

	private final MultiGauge lagGauge;

	private final Map<TopicPartition, Long> lags = new ConcurrentHashMap<>();

	private final Set<TopicPartition> assigned = ConcurrentHashMap.newKeySet();

	private volatile Deferred deferred = new Deferred(0, null);

	WorkerMeters(MeterRegistry registry, WaitingRoom waitingRoom, TopicProperties topics) {
		this.registry = registry;
		for (CommandType type : CommandType.values()) {
			Map<Verdict, Counter> counters = new EnumMap<>(Verdict.class);
			for (Verdict verdict : Verdict.values()) {
				counters.put(verdict, commands(type, verdict.name().toLowerCase(Locale.ROOT)));
			}
			this.commands.put(type, counters);
			this.duplicates.put(type, commands(type, DUPLICATE));
		}
		for (RejectionReason reason : RejectionReason.values()) {
			this.rejections.put(reason,
					Counter.builder(REJECTIONS)
						.description("Commands that the state forbade")
						.tag("reason", reason.name())
						.register(registry));
		}
		topics.commands().forEach((topic) -> this.letters.put(topic, letters(topic)));
		this.askedAge = age("asked");
		this.recordedAge = age("recorded");
		this.batchRecords = DistributionSummary.builder(BATCH_RECORDS)
			.description("Records that are decided and published together")
			.register(registry);
		for (Phase phase : Phase.values()) {
			this.phases.put(phase,
					Timer.builder(BATCH_PHASE)
						.description("Where the time of a batch goes")
						.tag("phase", phase.name().toLowerCase(Locale.ROOT))
						.register(registry));
		}
		this.lagGauge = MultiGauge.builder(CONSUMER_LAG)
			.description("Records not yet consumed of an assigned partition")
			.register(registry);
		gauge(PARTITIONS_ASSIGNED, "Partitions assigned to this worker", (meters) -> meters.assigned.size());
		gauge(DEFERRED_COMMANDS, "Commands that wait for a user, or behind one that does",
				(meters) -> meters.deferred.count());
		Gauge.builder(DEFERRED_OLDEST_AGE, this, (meters) -> secondsSince(meters.deferred.oldestSince()))
			.description("For how long the oldest deferred command has waited")
			.baseUnit("seconds")
			.register(registry);
		for (Trouble trouble : Trouble.values()) {
			Gauge.builder(WAITING_SINCE, waitingRoom, (room) -> {
				Instant since = room.since(trouble);
				return (since != null) ? since.toEpochMilli() / 1000.0 : 0;
			})
				.description("Unix time since when something that is needed is ill; 0 while it is well")
				.baseUnit("seconds")
				.tag("for", trouble.awaited())
				.register(registry);
		}
		gauge(INTAKE_STOPPED, "Whether too many dead letters have stopped the intake",
				(_) -> (waitingRoom.since(Trouble.TOO_MANY_DEAD_LETTERS) != null) ? 1 : 0);
		gauge(SCHEMA_BEHIND, "Whether the schema is not the one that the worker was built for",
				(_) -> (waitingRoom.since(Trouble.SCHEMA_BEHIND) != null) ? 1 : 0);
	}

	private Counter commands(CommandType type, String outcome) {
		return Counter.builder(COMMANDS)
			.description("Commands by what came of them")
			.tag("type", type.wireName())
			.tag("outcome", outcome)
			.register(this.registry);
	}

	private Map<DeadLetterReason, Counter> letters(String topic) {
		Map<DeadLetterReason, Counter> counters = new EnumMap<>(DeadLetterReason.class);
		for (DeadLetterReason reason : DeadLetterReason.values()) {
			counters.put(reason,
					Counter.builder(DEAD_LETTERS)
						.description("Records that can't be applied")
						.tag("topic", topic)
						.tag("reason", reason.name())
						.register(this.registry));
		}
		return counters;
	}

	private Timer age(String since) {
		return Timer.builder(COMMAND_AGE)
			.description("How old commands are when they have been applied and published")
			.tag("since", since)
			.serviceLevelObjectives(AGES)
			.register(this.registry);
	}

	private void gauge(String name, String description, ToDoubleFunction<WorkerMeters> value) {
		Gauge.builder(name, this, value).description(description).register(this.registry);
	}

	private static <K, M> M meter(Map<K, M> meters, K key) {
		return Objects.requireNonNull(meters.get(key), "all meters are there from the start");
	}

	private static double secondsSince(@Nullable Instant since) {
		return (since != null) ? Math.max(0, Duration.between(since, Instant.now()).toMillis() / 1000.0) : 0;
	}

	/**
	 * Counts a poll that has been published.
	 * @param records how many records it had
	 */
	public void published(int records) {
		this.batchRecords.record(records);
	}

	/**
	 * Counts a command whose events have been published.
	 * @param decided what came of it
	 * @param now the time, in milliseconds since 1970
	 */
	public void published(Decided decided, long now) {
		Verdict verdict = decided.verdict();
		if (verdict == null) {
			meter(this.duplicates, decided.type()).increment();
			return;
		}
		meter(meter(this.commands, decided.type()), verdict).increment();
		if (decided.reason() != null) {
			meter(this.rejections, decided.reason()).increment();
		}
		if (verdict == Verdict.APPLIED) {
			// A sender's clock may be ahead of this one.
			this.askedAge.record(Math.max(0, now - decided.cause().time().toEpochMilli()), TimeUnit.MILLISECONDS);
			if (decided.recordedAt() != null) {
				this.recordedAge.record(Math.max(0, now - decided.recordedAt()), TimeUnit.MILLISECONDS);
			}
		}
	}

	/**
	 * Counts a dead letter that has been published.
	 * @param topic the command topic that it came from
	 * @param reason what is wrong with it
	 */
	public void deadLetterPublished(String topic, DeadLetterReason reason) {
		meter(this.letters.computeIfAbsent(topic, this::letters), reason).increment();
	}

	/**
	 * Starts to take the time of a batch's phases.
	 * @return a watch that runs
	 */
	public Stopwatch stopwatch() {
		return new Stopwatch();
	}

	/**
	 * Says which partitions are this worker's from now on, too.
	 * @param partitions the partitions that have come
	 */
	public void assigned(Collection<TopicPartition> partitions) {
		this.assigned.addAll(partitions);
	}

	/**
	 * Says which partitions are this worker's no more.
	 * @param partitions the partitions that have gone
	 */
	public void revoked(Collection<TopicPartition> partitions) {
		this.assigned.removeAll(Set.copyOf(partitions));
		if (this.lags.keySet().removeAll(Set.copyOf(partitions))) {
			showLags();
		}
	}

	/**
	 * Says how far a partition's consumer is behind.
	 * @param partition an assigned partition
	 * @param records how many records it has not consumed yet
	 */
	public void lag(TopicPartition partition, long records) {
		if (this.lags.put(partition, records) == null) {
			showLags();
		}
	}

	private void showLags() {
		List<MultiGauge.Row<?>> rows = this.lags.keySet()
			.stream().<MultiGauge
					.Row<?>>map(
							(partition) -> MultiGauge.Row.of(
									Tags.of("topic", partition.topic(), "partition",
											Integer.toString(partition.partition())),
									() -> this.lags.getOrDefault(partition, 0L)))
			.toList();
		this.lagGauge.register(rows, true);
	}

	/**
	 * Says what the sweep has found.
	 * @param count how many commands are deferred
	 * @param oldestAge for how long the oldest has waited; null if there is none
	 */
	public void deferred(long count, @Nullable Duration oldestAge) {
		this.deferred = new Deferred(count, (oldestAge != null) ? Instant.now().minus(oldestAge) : null);
	}

	/**
	 * Shows the consumers.
	 * @param expected how many are to run
	 * @param running how many do
	 * @param oldestUnprocessed the timestamp of the oldest record in hand; null if there
	 * is none
	 */
	public void watch(IntSupplier expected, IntSupplier running, Supplier<@Nullable Instant> oldestUnprocessed) {
		Gauge.builder(CONSUMERS, expected, IntSupplier::getAsInt)
			.description("Consumers, as they should be and as they are")
			.tag("state", "expected")
			.strongReference(true)
			.register(this.registry);
		Gauge.builder(CONSUMERS, running, IntSupplier::getAsInt)
			.description("Consumers, as they should be and as they are")
			.tag("state", "running")
			.strongReference(true)
			.register(this.registry);
		Gauge.builder(OLDEST_UNPROCESSED_AGE, oldestUnprocessed, (oldest) -> secondsSince(oldest.get()))
			.description("Age of the oldest record that has been polled and not yet been processed")
			.baseUnit("seconds")
			.strongReference(true)
			.register(this.registry);
	}

	/** What a batch spends its time on. */
	public enum Phase {

		/** Records become commands. */
		DECODE,

		/** The rows that they are about are loaded. */
		LOAD,

		/** Events are made and handed to the producer, ahead of their rows. */
		SEND,

		/** What has changed is written. */
		FLUSH,

		/** The database's transaction is committed. */
		COMMIT,

		/** Kafka's transaction is committed. */
		PUBLISH

	}

	/** Takes the time of one phase after the other, on one thread. */
	public final class Stopwatch {

		private long start = System.nanoTime();

		private Stopwatch() {
		}

		/**
		 * Ends a phase, and begins the next.
		 * @param phase the phase that ends
		 */
		public void lap(Phase phase) {
			long now = System.nanoTime();
			meter(WorkerMeters.this.phases, phase).record(now - this.start, TimeUnit.NANOSECONDS);
			this.start = now;
		}

		/**
		 * Leaves out what has been done since the last lap.
		 */
		public void skip() {
			this.start = System.nanoTime();
		}

	}

	/**
	 * What waits, as the last sweep found it.
	 *
	 * @param count how many commands
	 * @param oldestSince since when the oldest does; null if none does
	 */
	private record Deferred(long count, @Nullable Instant oldestSince) {
	}

}
