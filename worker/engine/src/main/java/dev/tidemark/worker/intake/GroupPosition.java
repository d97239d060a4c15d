package dev.tidemark.worker.intake;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tidemark.worker.batch.DatabaseBehindException;
import dev.tidemark.worker.batch.GroupState;
import dev.tidemark.worker.deadletter.UnreadableRecords;
import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.topics.TopicIds;

/**
 * Up to where the group has read, in the partitions of one consumer. The database must
 * know of all of it but of what has been passed over. Where it does not, it is another
 * one than the group has seen, or an older one: then what it has lost is read again from
 * the log, which still has it. Used on the consumer's thread only.
 */
final class GroupPosition {

	private static final Logger logger = LoggerFactory.getLogger(GroupPosition.class);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	/**
	 * How often the database is asked, whatever comes. What comes is compared each time.
	 */
	private static final Duration IDLE = Duration.ofSeconds(30);

	private final String groupId;

	private final TopicIds topicIds;

	private final WorkerMeters meters;

	/** The partitions about which the group has been asked. */
	private final Set<TopicPartition> known = new HashSet<>();

	private final Map<TopicPartition, Long> committed = new HashMap<>();

	/** Where nothing is read, for now: nothing is compared either. */
	private final Set<TopicPartition> aside = new HashSet<>();

	/** In nanoseconds, as clocks are set back; null if it is to be asked at once. */
	private @Nullable Long comparedAt;

	/** The topics that were last compared. */
	private Map<String, UUID> comparedTopics = Map.of();

	GroupPosition(String groupId, TopicIds topicIds, WorkerMeters meters) {
		this.groupId = groupId;
		this.topicIds = topicIds;
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
			this.comparedAt = null;
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
		this.aside.remove(partition);
	}

	/** In a partition, nothing is read until it is {@link #passedOver}. */
	void setAside(TopicPartition partition) {
		this.aside.add(partition);
	}

	/** Partitions are this consumer's no more. */
	void gone(Collection<TopicPartition> partitions) {
		this.known.removeAll(Set.copyOf(partitions));
		this.committed.keySet().removeAll(Set.copyOf(partitions));
		this.aside.removeAll(Set.copyOf(partitions));
		this.comparedAt = null;
	}

	/** Where the group is, in all partitions that are read. */
	GroupState state() {
		Set<TopicPartition> read = new HashSet<>(this.known);
		read.removeAll(this.aside);
		Map<TopicPartition, Long> offsets = new HashMap<>(this.committed);
		offsets.keySet().retainAll(read);
		return new GroupState(this.groupId, this.topicIds.current(), read, offsets);
	}

	/** The group, in partitions of which it has no offset. */
	GroupState without(Collection<TopicPartition> partitions) {
		return new GroupState(this.groupId, this.topicIds.current(), Set.copyOf(partitions), Map.of());
	}

	/** Whether it is time to compare. */
	boolean isDue() {
		return this.comparedAt == null || System.nanoTime() - this.comparedAt > IDLE.toNanos()
				|| !this.comparedTopics.equals(this.topicIds.current());
	}

	/** The database has been asked. */
	void compared() {
		this.comparedAt = System.nanoTime();
		this.comparedTopics = this.topicIds.current();
	}

	/**
	 * Goes back to where the database is, and has the group go back there before anything
	 * is told: whoever has the partition next does not tell it again.
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer: ask
	 * again
	 */
	void readAgain(DatabaseBehindException behind, Consumer<?, ?> consumer) {
		Map<TopicPartition, Long> from = new HashMap<>(behind.from());
		from.keySet().retainAll(consumer.assignment());
		Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(from.keySet(), PATIENCE);
		// Of what an empty database has never known, nobody can say that it is gone.
		from.replaceAll((partition, offset) -> (offset > 0) ? offset : beginnings.getOrDefault(partition, 0L));
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		from.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
		consumer.commitSync(offsets, PATIENCE);
		from.forEach((partition, next) -> {
			Long stood = this.committed.remove(partition);
			consumer.seek(partition, next);
			if (stood != null && stood > next) {
				logger.error("{}: the group stands at {}, but the database knows only of what lies before {}: it was "
						+ "restored, or a standby was promoted that did not have everything. It is read again "
						+ "from there: {} offsets. Then run realign", partition, stood, next, stood - next);
				this.meters.readAgain(partition, stood - next);
			}
		});
	}

}
