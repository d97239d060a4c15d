package dev.tidemark.worker.envelope;

import org.apache.kafka.common.TopicPartition;

/**
 * Where a record stands in Kafka: what tells a redelivery, the same record again, from a
 * duplicate, another record with the same command id.
 *
 * @param topic the topic's name
 * @param partition the partition's number
 * @param offset the offset in the partition
 */
public record Coordinates(String topic, int partition, long offset) {

	/**
	 * Returns the partition.
	 * @return the partition, with its topic
	 */
	public TopicPartition topicPartition() {
		return new TopicPartition(this.topic, this.partition);
	}

	@Override
	public String toString() {
		return this.topic + "-" + this.partition + "@" + this.offset;
	}

}
