package dev.tidemark.worker.envelope;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where a record stands in Kafka: what tells a redelivery, the same record again, from a
 * duplicate, another record with the same command id.
 *
 * @param topic the topic's name
 * @param partition the partition's number
 * @param offset the offset in the partition
 */
public record Coordinates(String topic, int partition, long offset) {

	private static final Pattern TEXT = Pattern.compile("(.+)-([0-9]{1,9})@([0-9]{1,18})");

	/**
	 * Reads what {@link #toString()} has written.
	 * @param text {@code TOPIC-PARTITION@OFFSET}
	 * @return the coordinates, or null if that is something else
	 */
	public static @Nullable Coordinates parse(String text) {
		Matcher matcher = TEXT.matcher(text);
		return matcher.matches() ? new Coordinates(matcher.group(1), Integer.parseInt(matcher.group(2)),
				Long.parseLong(matcher.group(3))) : null;
	}

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
