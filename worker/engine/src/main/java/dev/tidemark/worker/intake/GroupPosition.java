package dev.tidemark.worker.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tidemark.worker.batch.DatabaseBehindException;
import dev.tidemark.worker.deadletter.UnreadableRecords;
import dev.tidemark.worker.observability.WorkerMeters;

/**
 * Up to where the group has read, in the partitions of one consumer. The database must
 * know of all of it but of what has been passed over. Where it does not, it is another
 * one than the group has seen, or an older one: then what it has lost is read again from
 * the log, which still has it. Used on the consumer's thread only.
 */
final class GroupPosition {

	private static final Logger logger = LoggerFactory.getLogger(GroupPosition.class);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	/** How often the database is asked about partitions in which nothing comes. */
	private static final Duration IDLE = Duration.ofSeconds(30);

	private final WorkerMeters meters;

	/** The partitions about which the group has been asked. */
	private final Set<TopicPartition> known = new HashSet<>();

	private final Map<TopicPartition, Long> committed = new HashMap<>();

	private Instant comparedAt = Instant.EPOCH;

	GroupPosition(WorkerMeters meters) {
		this.meters = meters;
	}

	/**
	 * Asks the group about partitions that are new to this consumer.
	 * @throws org.apache.kafka.common.KafkaException if there is no answer
	 */
	void find(Consumer<?, ?> consumer) {
		Set<TopicPartition> unknown = new HashSet<>(consumer.assignment());
		unknown.removeAll(this.known);
		if (!unknown.isEmpty()) {
			take(unknown, consumer.committed(unknown, PATIENCE));
		}
	}

	/** Takes what the group says. */
	void take(Collection<TopicPartition> partitions, Map<TopicPartition, OffsetAndMetadata> offsets) {
		for (TopicPartition partition : partitions) {
			this.known.add(partition);
			OffsetAndMetadata offset = offsets.get(partition);
			if (offset == null || UnreadableRecords.PASSED_OVER.equals(offset.metadata())) {
				this.committed.remove(partition);
			}
			else {
				this.committed.put(partition, offset.offset());
			}
		}
	}

	/**
	 * What lies before an offset has been passed over: the database need not know of it.
	 */
	void passedOver(TopicPartition partition) {
		this.committed.remove(partition);
	}

	/** Partitions are this consumer's no more. */
	void gone(Collection<TopicPartition> partitions) {
		this.known.removeAll(Set.copyOf(partitions));
		this.committed.keySet().removeAll(Set.copyOf(partitions));
		this.comparedAt = Instant.EPOCH;
	}

	/** By partition, up to where the group has read what the database must know of. */
	Map<TopicPartition, Long> committed() {
		return Map.copyOf(this.committed);
	}

	/** Whether it is time to compare, though nothing comes. */
	boolean isDue() {
		return Instant.now().isAfter(this.comparedAt.plus(IDLE));
	}

	/** The database has been asked. */
	void compared() {
		this.comparedAt = Instant.now();
	}

	/**
	 * Goes back to where the database is.
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer: ask
	 * again
	 */
	void readAgain(DatabaseBehindException behind, Consumer<?, ?> consumer) {
		Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(behind.from().keySet(), PATIENCE);
		behind.from().forEach((partition, from) -> {
			long beginning = beginnings.getOrDefault(partition, 0L);
			long next = Math.max(from, beginning);
			Long stood = this.committed.remove(partition);
			if (stood == null || !consumer.assignment().contains(partition)) {
				return;
			}
			consumer.seek(partition, next);
			if (next > from && from > 0) {
				logger.error(
						"{} lost {} offsets, {} to {}: the database does not know of them, as of a backup or a standby "
								+ "that was behind, and they are gone from the topic",
						partition, next - from, from, next - 1);
				this.meters.lost(partition, next - from);
			}
			if (stood > next) {
				logger.error("{}: the group stands at {}, but the database knows only of what lies before {}: it was "
						+ "restored, or a standby was promoted that did not have everything. It is read again "
						+ "from there: {} offsets. Then run verify", partition, stood, next, stood - next);
				this.meters.readAgain(partition, stood - next);
			}
		});
	}

}
