package dev.tidemark.worker.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
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
import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * What to do when a consumer's poll fails, before there are records to decide:
 * <ul>
 * <li>a partition whose next record can't be read is paused alone, and looked at again
 * and again by a {@link ReadingProbe};</li>
 * <li>records that are gone before they were read are counted and told, and the consumer
 * goes on behind them;</li>
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

	private final WaitingRoom waitingRoom;

	private final Waiting waiting;

	private final WorkerMeters meters;

	private final TaskScheduler scheduler;

	private final ConsumerProgress progress;

	private final Map<TopicPartition, Unreadable> unreadable = new ConcurrentHashMap<>();

	/** What the probe has found, for the consumer's thread to act upon. */
	private final Queue<Look> found = new ConcurrentLinkedQueue<>();

	PollFailures(KafkaMessageListenerContainer<?, ?> container, ReadingProbe probe, WaitingRoom waitingRoom,
			WorkerMeters meters, TaskScheduler scheduler, ConsumerProgress progress) {
		this.name = container.getBeanName();
		this.container = container;
		this.probe = probe;
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
				passOver(gone, consumer);
				return;
			}
			Optional<TopicPartition> partition = partition(failure, consumer.assignment());
			if (partition.isPresent()) {
				setAside(partition.get(), consumer, failure);
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

	/** Where this consumer can't go on reading, and others may. */
	List<Coordinates> unreadable() {
		return this.unreadable.values().stream().map(Unreadable::place).toList();
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
	 * Goes on at the beginning of what there is, and has the group go on there too before
	 * anything is told: whoever has the partition next, by a rebalance or after a crash,
	 * does not tell it again.
	 */
	private void passOver(OffsetOutOfRangeException gone, Consumer<?, ?> consumer) {
		Map<TopicPartition, Long> positions = gone.offsetOutOfRangePartitions();
		Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(positions.keySet(), PATIENCE);
		Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
		beginnings.forEach((partition, beginning) -> next.put(partition,
				new OffsetAndMetadata(beginning, UnreadableRecords.PASSED_OVER)));
		consumer.commitSync(next, PATIENCE);
		positions.forEach((partition, position) -> {
			long beginning = beginnings.getOrDefault(partition, 0L);
			if (position < beginning) {
				logger.error(
						"{} lost {} offsets, {} to {}: they were gone before they were read. It goes on at {}; whoever "
								+ "sent what was there has to send it again",
						partition, beginning - position, position, beginning - 1, beginning);
				this.meters.lost(partition, beginning - position);
			}
			else {
				logger.error(
						"{} ends before {}, where this group stands: it has been cut, or made again. It is read from "
								+ "its beginning, {}; what is known changes nothing",
						partition, position, beginning);
			}
			consumer.seek(partition, beginning);
			this.progress.passedOver(partition, beginning);
		});
	}

	private void setAside(TopicPartition partition, Consumer<?, ?> consumer, Exception failure) {
		Coordinates place = new Coordinates(partition.topic(), partition.partition(),
				consumer.position(partition, PATIENCE));
		Unreadable aside = this.unreadable.computeIfAbsent(partition,
				(_) -> new Unreadable(place, this.waitingRoom.place(place + ", which can't be read,")));
		this.container.pausePartition(partition);
		lookLater(aside, aside.waiting().failed(Trouble.PARTITION_UNREADABLE, failure));
	}

	private void lookLater(Unreadable aside, Duration wait) {
		var _ = this.scheduler.schedule(() -> {
			this.found.add(new Look(aside, this.probe.look(aside.place())));
		}, Instant.now().plus(wait));
	}

	private void goOn(Look look, Consumer<?, ?> consumer) {
		Unreadable aside = look.aside();
		TopicPartition partition = aside.place().topicPartition();
		if (!aside.equals(this.unreadable.get(partition))) {
			// The partition has gone meanwhile.
			return;
		}
		switch (look.found()) {
			case ReadingProbe.StillUnreadable(Exception failure) ->
				lookLater(aside, aside.waiting().failed(Trouble.PARTITION_UNREADABLE, failure));
			case ReadingProbe.PassedOver(long next) -> {
				logger.warn("{}: passed over by hand, up to offset {}", aside.place(), next - 1);
				consumer.seek(partition, next);
				this.progress.passedOver(partition, next);
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
		Unreadable aside = this.unreadable.remove(partition);
		if (aside != null) {
			aside.waiting().succeeded();
			this.waitingRoom.leave(aside.waiting());
			this.container.resumePartition(partition);
		}
	}

	/**
	 * A partition that is paused alone.
	 *
	 * @param place the next record, which can't be read
	 * @param waiting says so
	 */
	private record Unreadable(Coordinates place, Waiting waiting) {
	}

	/**
	 * What a look at it has found.
	 *
	 * @param aside the partition
	 * @param found whether it can be read
	 */
	private record Look(Unreadable aside, ReadingProbe.Found found) {
	}

	/** What the consumer does besides. */
	interface ConsumerProgress {

		/**
		 * The partition goes on at an offset: what failed before it is over, and nobody
		 * has decided it.
		 */
		void passedOver(TopicPartition partition, long offset);

		/** The consumer is made anew. */
		void restart();

	}

}
