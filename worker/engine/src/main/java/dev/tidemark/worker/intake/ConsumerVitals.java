package dev.tidemark.worker.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.observability.WorkerMeters;

/**
 * What one consumer shows of itself. Written on the consumer's thread, read by whoever
 * watches.
 */
final class ConsumerVitals {

	/** Of an assigned partition about whose place nothing is known yet. */
	static final long UNKNOWN = -1;

	private final WorkerMeters meters;

	private volatile boolean joined;

	private volatile @Nullable Instant oldest;

	/** By assigned partition, the first offset that has not been worked off. */
	private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();

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

	/**
	 * By assigned partition, the first offset that has not been worked off, or
	 * {@link #UNKNOWN}.
	 */
	Map<TopicPartition, Long> next() {
		return Collections.unmodifiableMap(this.next);
	}

	void took(List<ConsumerRecord<Payload, Payload>> records) {
		records.stream()
			.mapToLong(ConsumerRecord::timestamp)
			// A record without a timestamp has a negative one.
			.filter((timestamp) -> timestamp >= 0)
			.min()
			.ifPresent((timestamp) -> this.oldest = Instant.ofEpochMilli(timestamp));
		ConsumerRecord<?, ?> before = null;
		for (ConsumerRecord<?, ?> record : records) {
			// A poll has the records of a partition one after the other.
			if (before == null || before.partition() != record.partition() || !before.topic().equals(record.topic())) {
				this.next.replace(new TopicPartition(record.topic(), record.partition()), record.offset());
			}
			before = record;
		}
	}

	/** Nothing is in hand any more. */
	void finished(Consumer<?, ?> consumer) {
		this.oldest = null;
		look(consumer);
	}

	/** A poll has brought nothing. */
	void idled(Consumer<?, ?> consumer) {
		this.joined = this.joined || consumer.groupMetadata().generationId() > 0;
		look(consumer);
	}

	private void look(Consumer<?, ?> consumer) {
		for (TopicPartition partition : List.copyOf(this.next.keySet())) {
			try {
				this.next.replace(partition, consumer.position(partition, Duration.ZERO));
			}
			catch (KafkaException | IllegalStateException ex) {
				// Its place is still being looked up, or it is going: nothing new is
				// known.
			}
		}
	}

	void assigned(Collection<TopicPartition> partitions) {
		this.joined = true;
		partitions.forEach((partition) -> this.next.putIfAbsent(partition, UNKNOWN));
		this.meters.assigned(partitions);
	}

	void gone(Collection<TopicPartition> partitions) {
		this.next.keySet().removeAll(List.copyOf(partitions));
		this.meters.revoked(partitions);
		this.oldest = null;
	}

}
