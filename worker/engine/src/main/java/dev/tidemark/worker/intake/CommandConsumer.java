package dev.tidemark.worker.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.scheduling.TaskScheduler;

import dev.tidemark.worker.batch.CommandDecider;
import dev.tidemark.worker.batch.DatabaseBehindException;
import dev.tidemark.worker.batch.OtherGroupException;
import dev.tidemark.worker.batch.TopicReplacedException;
import dev.tidemark.worker.deferral.DeferralSweep;
import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.observability.WorkerMeters.Phase;
import dev.tidemark.worker.publication.Publisher;
import dev.tidemark.worker.topics.TopicCreation;
import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * One consumer, on one thread: decides each poll in the database, then publishes what
 * came of it together with the poll's offsets. The container neither commits offsets nor
 * handles failures; both belong together, and are done here, but for
 * {@linkplain PollFailures polls that fail}.
 * <p>
 * While the surroundings are ill, the consumer pauses and goes on polling, so that it
 * stays in its group, and tries the same records again.
 */
final class CommandConsumer implements BatchConsumerAwareMessageListener<Payload, Payload>,
		PollFailures.ConsumerProgress, ConsumerAwareRebalanceListener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(CommandConsumer.class);

	private final KafkaMessageListenerContainer<Payload, Payload> container;

	private final PollProcessor processor;

	private final DeadLetterGuard guard;

	private final Publisher publisher;

	private final Report report;

	private final WorkerMeters meters;

	private final ConsumerVitals vitals;

	private final DeferralSweep sweep;

	private final TaskScheduler scheduler;

	private final TopicCreation topics;

	private final PollFailures pollFailures;

	private final CommandDecider decider;

	private final GroupPosition position;

	private final Waiting waiting;

	private final Waiting admission;

	/**
	 * Whether a Kafka transaction may have been committed without our knowing: then the
	 * group's offsets say where we stand, and nothing else does.
	 */
	private boolean uncertain = true;

	/**
	 * What has failed and not succeeded since: by partition, the offset to be reached.
	 * That something else has succeeded is no end of the waiting.
	 */
	private final Map<TopicPartition, Long> failed = new HashMap<>();

	/** Whether the container has been stopped in order to be started again. */
	private volatile boolean restarting;

	CommandConsumer(KafkaMessageListenerContainer<Payload, Payload> container, PollProcessor processor,
			CommandDecider decider, GroupPosition position, DeadLetterGuard guard, Publisher publisher, Report report,
			WorkerMeters meters, DeferralSweep sweep, TaskScheduler scheduler, TopicCreation topics, ReadingProbe probe,
			LostRecords lostRecords, WaitingRoom waitingRoom) {
		this.container = container;
		this.processor = processor;
		this.decider = decider;
		this.position = position;
		this.guard = guard;
		this.publisher = publisher;
		this.report = report;
		this.meters = meters;
		this.vitals = new ConsumerVitals(meters);
		this.sweep = sweep;
		this.scheduler = scheduler;
		this.topics = topics;
		this.pollFailures = new PollFailures(container, probe, lostRecords, waitingRoom, meters, scheduler, this);
		this.waiting = waitingRoom.place(name());
		this.admission = waitingRoom.place(name() + ", to be let in,");
	}

	@Override
	public void onMessage(List<ConsumerRecord<Payload, Payload>> records, @Nullable Consumer<?, ?> itself) {
		Consumer<?, ?> consumer = Objects.requireNonNull(itself, "the container gives its consumer");
		this.vitals.took(records);
		try {
			if (this.uncertain) {
				this.publisher.renew();
				goToCommitted(consumer);
				this.uncertain = false;
				// What was polled may be behind or ahead of what is committed: poll
				// again.
			}
			else {
				this.position.find(consumer);
				if (this.position.isDue()) {
					this.decider.check(this.position.state());
					this.position.compared();
				}
				Map<TopicPartition, OffsetAndMetadata> after = after(records);
				publish(records, after, consumer);
				after.forEach((partition, offset) -> reached(partition, offset.offset()));
			}
			this.vitals.finished(consumer);
		}
		catch (RuntimeException ex) {
			withdraw(ex);
			goBack(records, consumer);
			if (!goesOn(ex, consumer)) {
				pause(records, ex);
			}
		}
	}

	/**
	 * Whether the consumer goes on, though the database does not agree with the group: it
	 * falls back to where the database is, or leaves aside what is another topic's.
	 */
	private boolean goesOn(RuntimeException failure, Consumer<?, ?> consumer) {
		try {
			if (failure instanceof DatabaseBehindException behind) {
				this.position.readAgain(behind, consumer);
				return true;
			}
			if (failure instanceof TopicReplacedException replaced) {
				for (TopicPartition partition : replaced.partitions()) {
					this.pollFailures.replaced(partition, consumer, replaced);
					this.position.setAside(partition);
				}
				return true;
			}
			return false;
		}
		catch (KafkaException ex) {
			failure.addSuppressed(ex);
			return false;
		}
	}

	/**
	 * A poll has brought nothing. In partitions in which nothing comes, nobody else finds
	 * out that the database is behind.
	 */
	void idled(Consumer<?, ?> consumer) {
		this.vitals.idled(consumer);
		if (!this.failed.isEmpty() || !this.position.isDue()) {
			return;
		}
		// A database that does not answer is asked no sooner: it may take its time to say
		// so.
		this.position.compared();
		try {
			this.position.find(consumer);
			this.decider.check(this.position.state());
		}
		catch (RuntimeException ex) {
			if (!goesOn(ex, consumer)) {
				logger.debug("{} could not ask how far the database is, and asks again", name(), ex);
			}
		}
	}

	private void publish(List<ConsumerRecord<Payload, Payload>> records, Map<TopicPartition, OffsetAndMetadata> after,
			Consumer<?, ?> consumer) {
		Processed poll = this.processor.process(records, after, consumer, this.position.state(), this.publisher);
		try (DeadLetterGuard.Admission admission = this.guard.admit(poll)) {
			WorkerMeters.Stopwatch watch = this.meters.stopwatch();
			this.uncertain = true;
			this.publisher.publish(poll.events(), after, consumer.groupMetadata());
			this.uncertain = false;
			this.position.take(after.keySet(), after);
			watch.lap(Phase.PUBLISH);
			admission.published();
		}
		this.report.published(poll);
		this.sweep.after(poll.decided());
	}

	/** Takes back what has been sent ahead, lest others wait for what comes of it. */
	private void withdraw(RuntimeException failure) {
		if (!this.uncertain) {
			try {
				this.publisher.withdraw();
			}
			catch (RuntimeException ex) {
				failure.addSuppressed(ex);
				this.uncertain = true;
			}
		}
	}

	private static Map<TopicPartition, OffsetAndMetadata> after(List<ConsumerRecord<Payload, Payload>> records) {
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		for (ConsumerRecord<Payload, Payload> record : records) {
			offsets.put(new TopicPartition(record.topic(), record.partition()),
					new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""));
		}
		return offsets;
	}

	private void goToCommitted(Consumer<?, ?> consumer) {
		Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment());
		this.position.take(consumer.assignment(), committed);
		Set<TopicPartition> without = new HashSet<>();
		for (TopicPartition partition : consumer.assignment()) {
			OffsetAndMetadata offset = committed.get(partition);
			if (offset != null) {
				consumer.seek(partition, offset);
				// Perhaps all had been committed, and nothing more comes for now.
				reached(partition, offset.offset());
			}
			else {
				without.add(partition);
			}
		}
		begin(consumer, without);
	}

	/**
	 * Goes to where partitions begin of which the group has no offset: to where the
	 * database is, so that what is gone in between is noticed. What the database does not
	 * know either is read from its beginning.
	 */
	void begin(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
		if (!partitions.isEmpty()) {
			Map<TopicPartition, Long> begin = this.decider.begin(this.position.without(partitions));
			begin.forEach(consumer::seek);
			consumer.seekToBeginning(partitions.stream().filter((partition) -> !begin.containsKey(partition)).toList());
		}
	}

	private static void goBack(List<ConsumerRecord<Payload, Payload>> records, Consumer<?, ?> consumer) {
		Map<TopicPartition, Long> firsts = new HashMap<>();
		for (ConsumerRecord<Payload, Payload> record : records) {
			firsts.putIfAbsent(new TopicPartition(record.topic(), record.partition()), record.offset());
		}
		firsts.forEach((partition, offset) -> {
			if (consumer.assignment().contains(partition)) {
				consumer.seek(partition, offset);
			}
		});
	}

	private void pause(List<ConsumerRecord<Payload, Payload>> records, RuntimeException failure) {
		after(records).forEach((partition, offset) -> this.failed.merge(partition, offset.offset(),
				(one, other) -> Math.max(one, other)));
		Duration wait = switch (failure) {
			case TooManyDeadLettersException _ -> this.waiting.failed(Trouble.TOO_MANY_DEAD_LETTERS, failure);
			case OtherGroupException _ -> this.waiting.failed(Trouble.OUT_OF_STEP, failure);
			default -> this.waiting.failed(failure);
		};
		boolean tooLarge = Trouble.of(failure) == Trouble.EVENT_TOO_LARGE;
		this.pollFailures.pause(wait, () -> {
			if (tooLarge) {
				findLimitsAgain();
			}
		});
	}

	private void findLimitsAgain() {
		try {
			this.topics.findLimitsAgain();
		}
		catch (KafkaException ex) {
			logger.debug("Limits of topics are looked for again when an event is too large again", ex);
		}
	}

	/** A partition has got so far: what failed before is over. */
	private void reached(TopicPartition partition, long offset) {
		this.failed.computeIfPresent(partition, (_, wanted) -> (offset >= wanted) ? null : wanted);
		if (this.failed.isEmpty()) {
			this.waiting.succeeded();
		}
	}

	/** A poll has not failed. */
	void polled(Consumer<?, ?> consumer) {
		this.pollFailures.polled(consumer);
	}

	@Override
	public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		this.vitals.assigned(partitions);
	}

	@Override
	public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		gone(partitions);
	}

	@Override
	public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		gone(partitions);
	}

	/** What failed there is another consumer's to try. */
	private void gone(Collection<TopicPartition> partitions) {
		this.vitals.gone(partitions);
		this.position.gone(partitions);
		this.pollFailures.gone(partitions);
		if (this.failed.keySet().removeAll(Set.copyOf(partitions)) && this.failed.isEmpty()) {
			this.waiting.succeeded();
		}
	}

	@Override
	public void passedOver(TopicPartition partition, long offset) {
		this.position.passedOver(partition);
		reached(partition, offset);
	}

	@Override
	public OptionalLong accepted(TopicPartition partition) {
		Long begin = this.decider.begin(this.position.without(Set.of(partition))).get(partition);
		return (begin != null) ? OptionalLong.of(begin) : OptionalLong.empty();
	}

	/** Stops the container and starts it again, with new clients. */
	@Override
	public void restart() {
		this.restarting = true;
		this.container.stop(() -> {
			var _ = this.scheduler.schedule(() -> {
				try {
					this.uncertain = true;
					this.container.start();
				}
				finally {
					// If it does not start, liveness says that it does not run.
					this.restarting = false;
				}
			}, Instant.now());
		});
	}

	/** Kafka lets the consumer in no more, for now. The container keeps asking. */
	void refused(RuntimeException reason) {
		// The producer is refused as well, and goes on failing for a while afterwards.
		this.uncertain = true;
		var _ = this.admission.failed(reason);
	}

	/** Kafka lets the consumer in again. */
	void admitted() {
		this.admission.succeeded();
	}

	PollFailures pollFailures() {
		return this.pollFailures;
	}

	KafkaMessageListenerContainer<Payload, Payload> container() {
		return this.container;
	}

	String name() {
		return String.valueOf(this.container.getBeanName());
	}

	boolean isRestarting() {
		return this.restarting;
	}

	boolean isRunning() {
		return this.restarting || this.container.isRunning();
	}

	/** By the client's own metric, which counts polls that fail, too. */
	boolean hasNotPolledFor(Duration bound) {
		return this.container.metrics()
			.values()
			.stream()
			.flatMap((metrics) -> metrics.entrySet().stream())
			.filter((metric) -> metric.getKey().name().equals("last-poll-seconds-ago"))
			.anyMatch((metric) -> metric.getValue().metricValue() instanceof Double seconds
					&& seconds > bound.toSeconds());
	}

	ConsumerVitals vitals() {
		return this.vitals;
	}

	/** To be called when the container has stopped. */
	@Override
	public void close() {
		this.publisher.close();
	}

}
