package dev.tidemark.worker.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.scheduling.TaskScheduler;

import dev.tidemark.worker.deadletter.UnreadableRecords;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.outcome.LossMark;
import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * What to do when a consumer's poll fails, before there are records to decide:
 * <ul>
 * <li>a partition whose next record can't be read is paused alone, and looked at again
 * and again by a {@link ReadingProbe};</li>
 * <li>records that are gone before they were read are counted and told, and the partition
 * is paused alone until an operator has the group go on; or the consumer goes on behind
 * them, if it is to;</li>
 * <li>after anything else the whole consumer waits.</li>
 * </ul>
 * All of it happens on the consumer's thread but the probe's looks.
 */
final class PollFailures implements CommonErrorHandler {

	private static final Logger logger = LoggerFactory.getLogger(PollFailures.class);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final String name;

	private final KafkaMessageListenerContainer<?, ?> container;

	private final ReadingProbe probe;

	private final LostRecords lostRecords;

	private final WaitingRoom waitingRoom;

	private final Waiting waiting;

	private final WorkerMeters meters;

	private final TaskScheduler scheduler;

	private final ConsumerProgress progress;

	private final Map<TopicPartition, Aside> aside = new ConcurrentHashMap<>();

	/** What the probe has found, for the consumer's thread to act upon. */
	private final Queue<Look> found = new ConcurrentLinkedQueue<>();

	PollFailures(KafkaMessageListenerContainer<?, ?> container, ReadingProbe probe, LostRecords lostRecords,
			WaitingRoom waitingRoom, WorkerMeters meters, TaskScheduler scheduler, ConsumerProgress progress) {
		this.name = container.getBeanName();
		this.container = container;
		this.probe = probe;
		this.lostRecords = lostRecords;
		this.waitingRoom = waitingRoom;
		this.waiting = waitingRoom.place(this.name + ", polling,");
		this.meters = meters;
		this.scheduler = scheduler;
		this.progress = progress;
	}

	/**
	 * Called by the container for whatever {@code poll} throws. Throws nothing itself.
	 */
	@Override
	public void handleOtherException(Exception failure, Consumer<?, ?> consumer, MessageListenerContainer itself,
			boolean batchListener) {
		try {
			if (failure instanceof OffsetOutOfRangeException gone) {
				lose(gone, consumer);
				return;
			}
			Optional<TopicPartition> partition = partition(failure, consumer.assignment());
			if (partition.isPresent()) {
				Coordinates place = place(partition.get(), consumer.position(partition.get(), PATIENCE));
				setAside(place, Trouble.PARTITION_UNREADABLE, failure, () -> this.probe.look(place));
				return;
			}
		}
		catch (KafkaException ex) {
			failure.addSuppressed(ex);
		}
		pause(this.waiting.failed(failure));
	}

	/**
	 * Called by the container if the listener could not even see to its own failure.
	 * Nothing of the poll is done then, and all of it comes again.
	 */
	@Override
	public void handleBatch(Exception failure, ConsumerRecords<?, ?> records, Consumer<?, ?> consumer,
			MessageListenerContainer itself, Runnable invokeListener) {
		Set<TopicPartition> assigned = consumer.assignment();
		for (TopicPartition partition : records.partitions()) {
			if (assigned.contains(partition)) {
				consumer.seek(partition, records.records(partition).getFirst().offset());
			}
		}
		pause(this.waiting.failed(failure));
	}

	/**
	 * Without this, the container would commit the offsets of what has failed.
	 */
	@Override
	public boolean isAckAfterHandle() {
		return false;
	}

	private void pause(Duration rest) {
		pause(rest, () -> {
		});
	}

	/**
	 * Has the consumer rest.
	 * @param rest for how long
	 * @param before what is done before it goes on
	 */
	void pause(Duration rest, Runnable before) {
		this.container.pause();
		try {
			var _ = this.scheduler.schedule(() -> {
				try {
					before.run();
				}
				finally {
					this.container.resume();
				}
			}, Instant.now().plus(rest));
		}
		catch (TaskRejectedException ex) {
			logger.debug("{} does not go on, as the worker ends", this.name, ex);
		}
	}

	/** A poll has not failed. */
	void polled(Consumer<?, ?> consumer) {
		if (!this.container.isPauseRequested()) {
			this.waiting.succeeded();
		}
		for (Look look = this.found.poll(); look != null; look = this.found.poll()) {
			goOn(look, consumer);
		}
	}

	/** Partitions are this consumer's no more. */
	void gone(Collection<TopicPartition> partitions) {
		partitions.forEach(this::release);
	}

	/** Where this consumer does not go on reading, for some trouble. */
	Stream<Coordinates> aside(Trouble trouble) {
		return this.aside.values().stream().filter((aside) -> aside.trouble() == trouble).map(Aside::place);
	}

	/**
	 * A partition is another topic's than the database knows: nothing of it is read
	 * before an operator has accepted it. The group's offset says nothing about that: it
	 * may be the old topic's still.
	 * @throws KafkaException if it is not known where the consumer stands
	 */
	void replaced(TopicPartition partition, Consumer<?, ?> consumer, RuntimeException failure) {
		Coordinates place = place(partition, consumer.position(partition, PATIENCE));
		setAside(place, Trouble.OUT_OF_STEP, failure, () -> {
			OptionalLong accepted = this.progress.accepted(partition);
			return accepted.isPresent() ? new ReadingProbe.PassedOver(accepted.getAsLong())
					: new ReadingProbe.StillUnreadable(failure);
		});
	}

	/**
	 * The client tells only in words which partition it could not read.
	 */
	static Optional<TopicPartition> partition(Throwable failure, Collection<TopicPartition> assignment) {
		if (failure instanceof ApiException) {
			// What the broker says, or does not say in time, is not about what lies
			// there.
			return Optional.empty();
		}
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			String message = String.valueOf(cause.getMessage());
			for (TopicPartition partition : assignment) {
				if (Pattern.compile("(?<!\\S)" + Pattern.quote(partition.toString()) + "(?!\\d)")
					.matcher(message)
					.find()) {
					return Optional.of(partition);
				}
			}
		}
		return Optional.empty();
	}

	/**
	 * Has the group know that records are gone before anything is told: whoever has the
	 * partition next, by a rebalance or after a crash, does not count it again. Where an
	 * operator has moved the group meanwhile, he knows more than this consumer does.
	 */
	private void lose(OffsetOutOfRangeException gone, Consumer<?, ?> consumer) {
		List<Loss> losses = Loss.of(gone, consumer, PATIENCE);
		Map<TopicPartition, OffsetAndMetadata> before = consumer.committed(gone.offsetOutOfRangePartitions().keySet(),
				PATIENCE);
		Map<TopicPartition, OffsetAndMetadata> after = new HashMap<>();
		losses.removeIf((loss) -> goesWithTheGroup(loss, before.get(loss.partition()), consumer));
		losses.forEach((loss) -> after.put(loss.partition(), after(loss, before.get(loss.partition()))));
		consumer.commitSync(after, PATIENCE);
		for (Loss loss : losses) {
			TopicPartition partition = loss.partition();
			if (!Objects.equals(after.get(partition), before.get(partition))) {
				logger.error("{}. {}", loss.text(), isToStop()
						? "Nothing more of it is read before realign has been run"
						: "It goes on at %d; whoever sent what was there has to send it again".formatted(loss.next()));
				this.meters.lost(partition, loss.offsets());
			}
			if (isToStop()) {
				Coordinates place = place(partition, loss.position());
				setAside(place, Trouble.OUT_OF_STEP, new RecordsLostException(loss.text()),
						() -> this.probe.lookWhereTheGroupStands(place));
			}
			else {
				consumer.seek(partition, loss.next());
				this.progress.passedOver(partition, loss.next());
			}
		}
	}

	private boolean goesWithTheGroup(Loss loss, @Nullable OffsetAndMetadata committed, Consumer<?, ?> consumer) {
		if (committed == null || committed.offset() == loss.position()
				|| !UnreadableRecords.PASSED_OVER.equals(committed.metadata())) {
			return false;
		}
		passOver(place(loss.partition(), loss.position()), committed.offset(), consumer);
		return true;
	}

	private void passOver(Coordinates place, long next, Consumer<?, ?> consumer) {
		logger.warn("{}: the group has been moved by hand, and goes on at {}", place, next);
		consumer.seek(place.topicPartition(), next);
		this.progress.passedOver(place.topicPartition(), next);
	}

	private boolean isToStop() {
		return this.lostRecords == LostRecords.STOP;
	}

	/**
	 * Where the group is to stand. It keeps its leader's epoch: by that, whoever has the
	 * partition next is told again that the topic was cut, also when it has grown again.
	 */
	private OffsetAndMetadata after(Loss loss, @Nullable OffsetAndMetadata before) {
		return isToStop()
				? new OffsetAndMetadata(loss.position(), (before != null) ? before.leaderEpoch() : Optional.empty(),
						LossMark.of(loss.wholeBefore()))
				: new OffsetAndMetadata(loss.next(), UnreadableRecords.PASSED_OVER);
	}

	private static Coordinates place(TopicPartition partition, long offset) {
		return new Coordinates(partition.topic(), partition.partition(), offset);
	}

	private void setAside(Coordinates place, Trouble trouble, Exception failure, Supplier<ReadingProbe.Found> look) {
		TopicPartition partition = place.topicPartition();
		this.container.pausePartition(partition);
		if (!this.aside.containsKey(partition)) {
			String who = (trouble == Trouble.PARTITION_UNREADABLE) ? place + ", which can't be read,"
					: place.toString();
			Aside aside = new Aside(place, trouble, look, this.waitingRoom.place(who));
			this.aside.put(partition, aside);
			lookLater(aside, aside.waiting().failed(trouble, failure));
		}
	}

	private void lookLater(Aside aside, Duration wait) {
		var _ = this.scheduler.schedule(() -> {
			this.found.add(new Look(aside, look(aside)));
		}, Instant.now().plus(wait));
	}

	private static ReadingProbe.Found look(Aside aside) {
		try {
			return aside.look().get();
		}
		catch (RuntimeException ex) {
			return new ReadingProbe.StillUnreadable(ex);
		}
	}

	private void goOn(Look look, Consumer<?, ?> consumer) {
		Aside aside = look.aside();
		TopicPartition partition = aside.place().topicPartition();
		if (!aside.equals(this.aside.get(partition))) {
			// The partition has gone meanwhile.
			return;
		}
		switch (look.found()) {
			case ReadingProbe.StillUnreadable(Exception failure) ->
				lookLater(aside, aside.waiting().failed(aside.trouble(), failure));
			case ReadingProbe.PassedOver(long next) -> {
				passOver(aside.place(), next, consumer);
				release(partition);
			}
			case ReadingProbe.Mended _ -> {
				// The client keeps what it could not read, and would fail on it again.
				release(partition);
				this.progress.restart();
			}
		}
	}

	private void release(TopicPartition partition) {
		Aside aside = this.aside.remove(partition);
		if (aside != null) {
			aside.waiting().succeeded();
			this.waitingRoom.leave(aside.waiting());
			this.container.resumePartition(partition);
		}
	}

	/**
	 * A partition that is paused alone.
	 *
	 * @param place the next record
	 * @param trouble why it is not read
	 * @param look finds out whether it can be by now
	 * @param waiting says so
	 */
	private record Aside(Coordinates place, Trouble trouble, Supplier<ReadingProbe.Found> look, Waiting waiting) {
	}

	/**
	 * What a look at it has found.
	 *
	 * @param aside the partition
	 * @param found whether it can be read
	 */
	private record Look(Aside aside, ReadingProbe.Found found) {
	}

	/** What the consumer does besides. */
	interface ConsumerProgress {

		/**
		 * The partition goes on at an offset: what failed before it is over, and nobody
		 * has decided it.
		 */
		void passedOver(TopicPartition partition, long offset);

		/**
		 * Where the database has a partition go on whose topic was made again. Called on
		 * another thread.
		 * @return empty for as long as nobody has accepted the new topic
		 * @throws RuntimeException if the database does not answer
		 */
		OptionalLong accepted(TopicPartition partition);

		/** The consumer is made anew. */
		void restart();

	}

}
