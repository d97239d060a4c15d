package dev.tidemark.worker.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.worker.topics.TopicReader;

/**
 * The newest rejections of all workers. They are read from the end of their topic, which
 * costs the same however much lies there; {@code command_log} has them too, but without
 * an index that every command would have to pay for.
 */
final class Rejections {

	private static final JsonMapper JSON = JsonMapper.shared();

	private final Map<String, Object> settings;

	private final String topic;

	/**
	 * Reads nothing yet.
	 * @param settings the worker's settings of consumers
	 * @param topic the topic of the rejections
	 */
	Rejections(Map<String, Object> settings, String topic) {
		this.settings = settings;
		this.topic = topic;
	}

	/**
	 * A command that was rejected.
	 *
	 * @param at when this was published
	 * @param commandId the command's id
	 * @param commandType the command's type
	 * @param key the command's key
	 * @param reason the name of the reason
	 * @param detail the same for people
	 */
	record Rejected(Instant at, UUID commandId, String commandType, String key, String reason, String detail) {
	}

	/** The event's data, whose reason may be one that a later release has added. */
	private record Data(UUID commandId, String commandType, String key, String reason, String detail) {
	}

	List<Rejected> newest(int count) {
		try (TopicReader reader = new TopicReader(this.settings)) {
			List<TopicPartition> partitions = reader.partitions(this.topic);
			Map<TopicPartition, Long> ends = reader.ends(partitions);
			Map<TopicPartition, Long> starts = new HashMap<>();
			// There may be the mark of a transaction behind each of them.
			reader.beginnings(partitions)
				.forEach((partition, beginning) -> starts.put(partition,
						Math.max(beginning, ends.getOrDefault(partition, 0L) - 2L * count)));
			Comparator<ConsumerRecord<byte[], byte[]>> byTime = Comparator.comparingLong(ConsumerRecord::timestamp);
			PriorityQueue<ConsumerRecord<byte[], byte[]>> newest = new PriorityQueue<>(byTime);
			reader.read(starts, ends, (record) -> {
				newest.add(record);
				if (newest.size() > count) {
					newest.remove();
				}
			});
			List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>(newest);
			found.sort(byTime.reversed());
			return found.stream().map(Rejections::rejected).toList();
		}
	}

	private static Rejected rejected(ConsumerRecord<byte[], byte[]> record) {
		Data data = JSON.readValue(record.value(), Data.class);
		return new Rejected(Instant.ofEpochMilli(record.timestamp()), data.commandId(), data.commandType(), data.key(),
				data.reason(), data.detail());
	}

}
