package dev.tidemark.worker.intake;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.ReceivedCommand;

/**
 * Finds the commands of a poll that do not lie in the partition that murmur2 of their key
 * would have chosen. A sender with another partitioner, and another sender with this one,
 * have commands of one key in two partitions, where they have no order.
 */
final class Placement {

	private final Consumer<?, ?> consumer;

	private final Map<String, Integer> partitions = new HashMap<>();

	private @Nullable Map<String, Integer> misplaced;

	/**
	 * Begins a poll.
	 * @param consumer has the metadata of its topics at hand
	 */
	Placement(Consumer<?, ?> consumer) {
		this.consumer = consumer;
	}

	void check(ReceivedCommand command) {
		Coordinates coordinates = command.coordinates();
		int count = this.partitions.computeIfAbsent(coordinates.topic(),
				(topic) -> this.consumer.partitionsFor(topic).size());
		byte[] key = Objects.requireNonNull(command.record().key(), "a command has a key");
		if (BuiltInPartitioner.partitionForKey(key, count) != coordinates.partition()) {
			if (this.misplaced == null) {
				this.misplaced = new HashMap<>();
			}
			this.misplaced.merge(command.source(), 1, Integer::sum);
		}
	}

	/** By source, how many there were. */
	Map<String, Integer> misplaced() {
		return (this.misplaced != null) ? this.misplaced : Map.of();
	}

}
