package dev.tidemark.worker.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic no longer has what a partition was to go on with.
 *
 * @param partition the partition
 * @param position what it was to go on with
 * @param beginning the first offset that there is
 * @param end behind the last one
 * @param wholeBefore up to where the topic is as it was read, if the broker knows
 */
record Loss(TopicPartition partition, long position, long beginning, long end, OptionalLong wholeBefore) {

	/**
	 * Asks where the partitions begin and end.
	 * @throws org.apache.kafka.common.KafkaException if there is no answer
	 */
	static List<Loss> of(OffsetOutOfRangeException gone, Consumer<?, ?> consumer, Duration patience) {
		Map<TopicPartition, Long> positions = gone.offsetOutOfRangePartitions();
		Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(positions.keySet(), patience);
		Map<TopicPartition, Long> ends = consumer.endOffsets(positions.keySet(), patience);
		List<Loss> losses = new ArrayList<>();
		Map<TopicPartition, OffsetAndMetadata> divergent = (gone instanceof LogTruncationException cut)
				? cut.divergentOffsets() : Map.of();
		positions.forEach((partition, position) -> {
			OffsetAndMetadata divergence = divergent.get(partition);
			losses.add(new Loss(partition, position, beginnings.getOrDefault(partition, 0L),
					ends.getOrDefault(partition, position),
					(divergence != null) ? OptionalLong.of(divergence.offset()) : OptionalLong.empty()));
		});
		return losses;
	}

	/** Whether records have gone that were never read, and none that were. */
	private boolean isBeforeItWasRead() {
		return this.position < this.beginning;
	}

	/** How many offsets are known to be gone: one at least. */
	long offsets() {
		return isBeforeItWasRead() ? this.beginning - this.position
				: Math.max(1, this.position - this.wholeBefore.orElse(this.end));
	}

	/** Where to go on: before that, nothing is left that has not been read. */
	long next() {
		return Math.max(this.beginning, this.wholeBefore.orElse(this.beginning));
	}

	/** Says what has happened. */
	String text() {
		if (isBeforeItWasRead()) {
			return "%s lost %d offsets, %d to %d: they were gone before they were read".formatted(this.partition,
					offsets(), this.position, this.beginning - 1);
		}
		return "%s was cut, or made again: it no longer has what this group has read ".formatted(this.partition)
				+ (this.wholeBefore.isPresent()
						? "from %d to %d".formatted(this.wholeBefore.getAsLong(), this.position - 1)
						: "before %d".formatted(this.position));
	}

}
