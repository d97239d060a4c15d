package dev.tidemark.worker.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic no longer has what a partition was to go on with.
 *
 * @param partition the partition
 * @param position what it was to go on with
 * @param beginning the first offset that there is
 * @param end behind the last one
 */
record Loss(TopicPartition partition, long position, long beginning, long end) {

	/**
	 * Asks where the partitions begin and end.
	 * @throws org.apache.kafka.common.KafkaException if there is no answer
	 */
	static List<Loss> of(OffsetOutOfRangeException gone, Consumer<?, ?> consumer, Duration patience) {
		Map<TopicPartition, Long> positions = gone.offsetOutOfRangePartitions();
		Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(positions.keySet(), patience);
		Map<TopicPartition, Long> ends = consumer.endOffsets(positions.keySet(), patience);
		List<Loss> losses = new ArrayList<>();
		positions.forEach((partition, position) -> losses.add(new Loss(partition, position,
				beginnings.getOrDefault(partition, 0L), ends.getOrDefault(partition, position))));
		return losses;
	}

	/** Whether records have gone that were never read, and none that were. */
	private boolean isBeforeItWasRead() {
		return this.position < this.beginning;
	}

	/** How many offsets are known to be gone: one at least. */
	long offsets() {
		return isBeforeItWasRead() ? this.beginning - this.position : Math.max(1, this.position - this.end);
	}

	/** Says what has happened. */
	String text() {
		return isBeforeItWasRead()
				? "%s lost %d offsets, %d to %d: they were gone before they were read".formatted(this.partition,
						offsets(), this.position, this.beginning - 1)
				: "%s was cut, or made again: it no longer has what this group has read before %d"
					.formatted(this.partition, this.position);
	}

}
