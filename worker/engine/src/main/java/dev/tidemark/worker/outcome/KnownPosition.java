package dev.tidemark.worker.outcome;

import java.util.UUID;

/**
 * How far the database is in a partition, and in whose reading of which topic.
 *
 * @param position how far
 * @param topicId the id that Kafka gave the topic when it was made; all zero if Kafka
 * gave none
 * @param groupId the consumer group
 */
public record KnownPosition(Position position, UUID topicId, String groupId) {

	/** Of a topic whose id nobody has told. */
	public static final UUID UNKNOWN_TOPIC = new UUID(0, 0);

	/**
	 * Tells whether this is a position in another topic of the same name.
	 * @param id the id of the topic that is there now
	 * @return false if either id is not known
	 */
	public boolean isOfAnotherTopic(UUID id) {
		return !id.equals(UNKNOWN_TOPIC) && !this.topicId.equals(UNKNOWN_TOPIC) && !id.equals(this.topicId);
	}

}
