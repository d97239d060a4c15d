package dev.tidemark.worker.observability;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.worker.outcome.Decided;
import dev.tidemark.worker.outcome.Verdict;
import dev.tidemark.worker.topics.TopicLimits;
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

	/**
	 * Gauge {topic, partition}: offsets not yet worked off, up to the high watermark, of
	 * the partitions assigned; those that are {@link #UNDELIVERABLE} are among them.
	 */
	public static final String CONSUMER_LAG = "tidemark.consumer.lag";

	/**
	 * Gauge {topic, partition}: offsets from the last stable one to the high watermark,
	 * of the partitions assigned. They lie behind a transaction that a sender has not
	 * ended, and are delivered to nobody before.
	 */
	public static final String UNDELIVERABLE = "tidemark.consumer.undeliverable";

	/**
	 * Gauge {topic, partition}, seconds: for how long the last stable offset has not
	 * moved while something lies behind it; 0 if nothing does.
	 */
	public static final String UNDELIVERABLE_AGE = "tidemark.consumer.undeliverable.age";

	/** Counter: how often the system's clock was set while the worker ran. */
	public static final String CLOCK_SET = "tidemark.clock.set";

	/**
	 * Counter {topic, partition}: offsets that were gone, by retention or by hand, before
	 * they were read.
	 */
	public static final String RECORDS_LOST = "tidemark.records.lost";

	/**
	 * Counter {topic, partition}: offsets that the group had read, and the database did
	 * not know of, so that they were read again.
	 */
	public static final String RECORDS_READ_AGAIN = "tidemark.records.reread";

	/** Gauge: assigned partitions whose next record can't be read. */
	public static final String PARTITIONS_UNREADABLE = "tidemark.partitions.unreadable";

	/**
	 * Counter {source}: commands in a partition that murmur2 of their key would not have
	 * chosen. Of no more than {@value #SOURCES} sources, and then of all others together.
	 */
	public static final String MISPLACED_COMMANDS = "tidemark.misplaced.commands";

	/**
	 * Gauge: command topics whose broker does not bound what a record unpacks to.
	 */
	public static final String TOPICS_UNBOUNDED = "tidemark.topics.unbounded";

	/**
	 * Gauge, seconds: age of the oldest record that has been polled and not yet been
	 * processed; 0 if none.
	 */
	public static final String OLDEST_UNPROCESSED_AGE = "tidemark.oldest.unprocessed.age";

	/**
	 * Gauge: commands that wait for what they name, or behind one that does; of all
	 * workers together, as the last sweep found them.
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

	/** Senders choose what they call themselves, and series cost memory. */
	private static final int SOURCES = 50;

	private static final int SOURCE_LENGTH = 100;

	private static final String OTHER_SOURCES = "(others)";

	private static final Duration[] AGES = { Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25),
			Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
			Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10),
			Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15),
			Duration.ofHours(1) };

	private final MeterRegistry registry;

	private final Map<CommandType, Map<Verdict, Counter>> commands = new HashMap<>();

	private final Map<CommandType, Counter> duplicates = new HashMap<>();

	private final Map<RejectionReason, Counter> rejections = new HashMap<>();

	private final Map<String, Map<DeadLetterReason, Counter>> letters = new ConcurrentHashMap<>();

	private final Timer askedAge;

	private final Timer recordedAge;

	private final DistributionSummary batchRecords;

	private final Counter clockSet;

	private final Map<Phase, Timer> phases = new EnumMap<>(Phase.class);

	private final Map<TopicPartition, PartitionMeters> assigned = new ConcurrentHashMap<>();

	private final Map<String, Counter> misplaced = new ConcurrentHashMap<>();

	private volatile Backlog deferred = new Backlog(0, null);

	WorkerMeters(MeterRegistry registry, WaitingRoom waitingRoom, TopicProperties topics, TopicLimits limits) {
		this.registry = registry;
		for (CommandType type : Catalogue.installed().commands()) {
			Map<Verdict, Counter> counters = new EnumMap<>(Verdict.class);
			for (Verdict verdict : Verdict.values()) {
				counters.put(verdict, commands(type, verdict.name().toLowerCase(Locale.ROOT)));
			}
			this.commands.put(type, counters);
			this.duplicates.put(type, commands(type, DUPLICATE));
		}
		for (RejectionReason reason : Catalogue.installed().reasons()) {
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
		this.clockSet = Counter.builder(CLOCK_SET)
			.description("How often the system's clock was set while the worker ran")
			.register(registry);
		for (Phase phase : Phase.values()) {
			this.phases.put(phase,
					Timer.builder(BATCH_PHASE)
						.description("Where the time of a batch goes")
						.tag("phase", phase.name().toLowerCase(Locale.ROOT))
						.register(registry));
		}
		gauge(TOPICS_UNBOUNDED, "Command topics whose broker does not bound what a record unpacks to",
				(_) -> limits.unbounded());
		gauge(PARTITIONS_ASSIGNED, "Partitions assigned to this worker", (meters) -> meters.assigned.size());
		gauge(DEFERRED_COMMANDS, "Commands that wait for what they name, or behind one that does",
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
		partitions.forEach((partition) -> this.assigned.computeIfAbsent(partition,
				(added) -> new PartitionMeters(this.registry, added)));
	}

	/**
	 * Says which partitions are this worker's no more.
	 * @param partitions the partitions that have gone
	 */
	public void revoked(Collection<TopicPartition> partitions) {
		partitions.forEach((partition) -> this.assigned.computeIfPresent(partition, (_, meters) -> {
			meters.remove(this.registry);
			return null;
		}));
	}

	/**
	 * Says how far a partition's consumer is behind. Does nothing if the partition is
	 * this worker's no more.
	 * @param partition the partition
	 * @param records how many offsets have not been worked off, to the high watermark
	 * @param undeliverable how many of them lie behind the last stable offset
	 * @param undeliverableSince since when that offset has not moved; null if nothing
	 * lies behind it
	 */
	public void lag(TopicPartition partition, long records, long undeliverable, @Nullable Instant undeliverableSince) {
		PartitionMeters meters = this.assigned.get(partition);
		if (meters != null) {
			meters.lag = new Lag(records, undeliverable, undeliverableSince);
		}
	}

	/** Counts that the system's clock was set. */
	public void clockSet() {
		this.clockSet.increment();
	}

	/**
	 * Counts records that were gone before they were read.
	 * @param partition their partition
	 * @param offsets how many offsets were passed over
	 */
	public void lost(TopicPartition partition, long offsets) {
		lost(this.registry, partition).increment((double) offsets);
	}

	/**
	 * Counts records that are read again, as the database does not know of them though
	 * the group has read them.
	 * @param partition their partition
	 * @param offsets how many offsets the consumer went back
	 */
	public void readAgain(TopicPartition partition, long offsets) {
		readAgain(this.registry, partition).increment((double) offsets);
	}

	private static Counter readAgain(MeterRegistry registry, TopicPartition partition) {
		return counter(registry, RECORDS_READ_AGAIN,
				"Offsets that the group had read, and the database did not know of", partition);
	}

	private static Counter lost(MeterRegistry registry, TopicPartition partition) {
		return counter(registry, RECORDS_LOST, "Offsets that were gone before they were read", partition);
	}

	private static Counter counter(MeterRegistry registry, String name, String description, TopicPartition partition) {
		return Counter.builder(name).description(description).tags(tags(partition)).register(registry);
	}

	private static Tags tags(TopicPartition partition) {
		return Tags.of("topic", partition.topic(), "partition", Integer.toString(partition.partition()));
	}

	/**
	 * Counts commands that have been published, and did not lie where their keys belong.
	 * @param source who sent them, as they say
	 * @param commands how many
	 */
	public void misplaced(String source, int commands) {
		String shown = source.codePoints()
			.limit(SOURCE_LENGTH)
			.collect(StringBuilder::new,
					(text, point) -> text.appendCodePoint(Character.isISOControl(point) ? '?' : point),
					StringBuilder::append)
			.toString();
		String counted = (this.misplaced.containsKey(shown) || this.misplaced.size() < SOURCES) ? shown : OTHER_SOURCES;
		this.misplaced
			.computeIfAbsent(counted,
					(name) -> Counter.builder(MISPLACED_COMMANDS)
						.description("Commands in a partition that murmur2 of their key would not have chosen")
						.tag("source", name)
						.register(this.registry))
			.increment(commands);
	}

	/**
	 * Says what the sweep has found.
	 * @param count how many commands are deferred
	 * @param oldestAge for how long the oldest has waited; null if there is none
	 */
	public void deferred(long count, @Nullable Duration oldestAge) {
		this.deferred = new Backlog(count, (oldestAge != null) ? Instant.now().minus(oldestAge) : null);
	}

	/**
	 * Shows the consumers.
	 * @param expected how many are to run
	 * @param running how many do
	 * @param oldestUnprocessed the timestamp of the oldest record in hand; null if there
	 * is none
	 * @param unreadable how many assigned partitions can't be read
	 */
	public void watch(IntSupplier expected, IntSupplier running, Supplier<@Nullable Instant> oldestUnprocessed,
			IntSupplier unreadable) {
		Gauge.builder(PARTITIONS_UNREADABLE, unreadable, IntSupplier::getAsInt)
			.description("Assigned partitions whose next record can't be read")
			.strongReference(true)
			.register(this.registry);
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
	 * The meters of an assigned partition. All are there from its assignment to its
	 * revocation, but for the counter, which stays.
	 */
	private static final class PartitionMeters {

		private volatile Lag lag = new Lag(0, 0, null);

		private final List<Gauge> gauges;

		PartitionMeters(MeterRegistry registry, TopicPartition partition) {
			lost(registry, partition);
			readAgain(registry, partition);
			this.gauges = List.of(
					gauge(registry, CONSUMER_LAG, "Offsets not yet worked off of an assigned partition", partition,
							(meters) -> meters.lag.records()),
					gauge(registry, UNDELIVERABLE, "Offsets behind a transaction that a sender has not ended",
							partition, (meters) -> meters.lag.undeliverable()),
					Gauge.builder(UNDELIVERABLE_AGE, this, (meters) -> secondsSince(meters.lag.undeliverableSince()))
						.description("For how long a sender's transaction has held up what lies behind it")
						.baseUnit("seconds")
						.tags(tags(partition))
						.register(registry));
		}

		private Gauge gauge(MeterRegistry registry, String name, String description, TopicPartition partition,
				ToDoubleFunction<PartitionMeters> value) {
			return Gauge.builder(name, this, value).description(description).tags(tags(partition)).register(registry);
		}

		void remove(MeterRegistry registry) {
			this.gauges.forEach(registry::remove);
		}

	}

	/**
	 * How far a partition's consumer is behind, as it was last measured.
	 *
	 * @param records how many offsets
	 * @param undeliverable how many of them can't be delivered
	 * @param undeliverableSince since when; null if all can be
	 */
	private record Lag(long records, long undeliverable, @Nullable Instant undeliverableSince) {
	}

	/**
	 * What waits, as the last sweep found it.
	 *
	 * @param count how many commands
	 * @param oldestSince since when the oldest does; null if none does
	 */
	private record Backlog(long count, @Nullable Instant oldestSince) {
	}

}
