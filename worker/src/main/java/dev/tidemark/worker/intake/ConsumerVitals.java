package dev.tidemark.worker.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

import dev.tidemark.worker.observability.WorkerMeters;

/**
 * What one consumer shows of itself. Written on the consumer's thread, read by whoever
 * watches.
 */
final class ConsumerVitals implements ConsumerAwareRebalanceListener {

	private static final long LAG_EVERY = Duration.ofSeconds(1).toNanos();

	/** A consumer that is paused has time, but is wanted back. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final WorkerMeters meters;

	private volatile boolean joined;

	private volatile @Nullable Instant oldest;

	private long lagMeasured = System.nanoTime() - LAG_EVERY;

	ConsumerVitals(WorkerMeters meters) {
		this.meters = meters;
	}

	/** Whether the consumer has been in its group. */
	boolean hasJoined() {
		return this.joined;
	}

	/** The timestamp of the oldest record in hand; null if there is none. */
	@Nullable Instant oldest() {
		return this.oldest;
	}

	void took(List<ConsumerRecord<byte[], byte[]>> records) {
		records.stream()
			.mapToLong(ConsumerRecord::timestamp)
			.min()
			.ifPresent((timestamp) -> this.oldest = Instant.ofEpochMilli(timestamp));
	}

	/** Nothing is in hand any more. */
	void finished(Consumer<?, ?> consumer) {
		this.oldest = null;
		measureLag(consumer);
	}

	/** What was in hand will be polled again. */
	void wentBack(Consumer<?, ?> consumer) {
		measureLag(consumer);
	}

	/**
	 * By what the consumer knows of the partitions' ends; no server is asked, and with
	 * many small polls not every one is measured.
	 */
	private void measureLag(Consumer<?, ?> consumer) {
		if (System.nanoTime() - this.lagMeasured < LAG_EVERY) {
			return;
		}
		for (TopicPartition partition : consumer.assignment()) {
			consumer.currentLag(partition).ifPresent((lag) -> this.meters.lag(partition, lag));
		}
		this.lagMeasured = System.nanoTime();
	}

	/**
	 * A poll has brought nothing.
	 * @param paused whether it could have: one that is paused learns nothing of the ends
	 * by polling, and has to ask for them
	 */
	void idled(Consumer<?, ?> consumer, boolean paused) {
		this.joined = this.joined || consumer.groupMetadata().generationId() > 0;
		if (!paused) {
			measureLag(consumer);
			return;
		}
		try {
			Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), PATIENCE);
			ends.forEach((partition, end) -> this.meters.lag(partition,
					Math.max(0, end - consumer.position(partition, PATIENCE))));
		}
		catch (KafkaException ex) {
			// Then the lag stays as it was last known. That the broker is ill is others'
			// to say.
		}
	}

	@Override
	public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		this.joined = true;
		this.meters.assigned(partitions);
	}

	@Override
	public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		gone(partitions);
	}

	@Override
	public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		gone(partitions);
	}

	private void gone(Collection<TopicPartition> partitions) {
		this.meters.revoked(partitions);
		this.oldest = null;
	}

}
