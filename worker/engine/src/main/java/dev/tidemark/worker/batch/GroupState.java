package dev.tidemark.worker.batch;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.apache.kafka.common.TopicPartition;

import dev.tidemark.worker.outcome.Advance;
import dev.tidemark.worker.outcome.KnownPosition;
import dev.tidemark.worker.outcome.Position;

/**
 * Where the consumer group is, in the partitions of one consumer. What the database knows
 * of its position has to agree with it.
 *
 * @param groupId the group's name
 * @param topicIds by topic, the id that Kafka has given it
 * @param partitions the partitions
 * @param committed by partition, up to where the group has read what the database must
 * know of; not of those in which nothing has been read, or something was passed over
 */
public record GroupState(String groupId, Map<String, UUID> topicIds, Set<TopicPartition> partitions,
		Map<TopicPartition, Long> committed) {

	/**
	 * Keeps copies.
	 */
	public GroupState {
		topicIds = Map.copyOf(topicIds);
		partitions = Set.copyOf(partitions);
		committed = Map.copyOf(committed);
	}

	/** How far a poll of this group goes, in the topic that is there now. */
	Advance advance(TopicPartition partition, Position position) {
		return new Advance(new KnownPosition(position, topicId(partition), this.groupId),
				this.committed.getOrDefault(partition, Advance.ANYWHERE));
	}

	/** Whether a position is one of this group, in the topic that is there now. */
	boolean isAt(TopicPartition partition, KnownPosition known) {
		return known.groupId().equals(this.groupId) && !known.isOfAnotherTopic(topicId(partition));
	}

	private UUID topicId(TopicPartition partition) {
		return this.topicIds.getOrDefault(partition.topic(), KnownPosition.UNKNOWN_TOPIC);
	}

	/**
	 * Makes sure that the database agrees.
	 * @param known how far the database is
	 * @throws OtherGroupException if it belongs to another group
	 * @throws TopicReplacedException if it was another topic
	 * @throws DatabaseBehindException if it does not know of whatever the group has read
	 */
	void check(Map<TopicPartition, KnownPosition> known) {
		Set<TopicPartition> replaced = new HashSet<>();
		Map<TopicPartition, Long> behind = new HashMap<>();
		for (TopicPartition partition : this.partitions) {
			KnownPosition there = known.get(partition);
			if (there != null && !there.groupId().equals(this.groupId)) {
				throw new OtherGroupException(this.groupId, there.groupId());
			}
			if (there != null && there.isOfAnotherTopic(topicId(partition))) {
				replaced.add(partition);
			}
			Long offset = this.committed.get(partition);
			if (offset != null && (there == null || there.position().readBefore() < offset)) {
				behind.put(partition, (there == null) ? 0 : there.position().first());
			}
		}
		if (!replaced.isEmpty()) {
			throw new TopicReplacedException(replaced);
		}
		if (!behind.isEmpty()) {
			throw new DatabaseBehindException(Collections.unmodifiableMap(behind));
		}
	}

}
