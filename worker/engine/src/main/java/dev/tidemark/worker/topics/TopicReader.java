package dev.tidemark.worker.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads stretches of topics, read-committed, as a member of no group: whoever looks on
 * takes nothing away from the workers. For one thread.
 */
public final class TopicReader implements AutoCloseable {

	/** How long the broker may keep silent before that is an answer. */
	private static final Duration PATIENCE = Duration.ofSeconds(12);

	private final KafkaConsumer<byte[], byte[]> consumer;

	/**
	 * Makes a reader; the broker is not asked for anything yet.
	 * @param settings the worker's own settings of consumers
	 * @throws org.apache.kafka.common.KafkaException if no consumer can be made of them
	 */
	public TopicReader(Map<String, Object> settings) {
		Map<String, Object> own = new HashMap<>(settings);
		own.remove(ConsumerConfig.GROUP_ID_CONFIG);
		own.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
		own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
		own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		// What retention has taken since the stretch was measured is passed over.
		own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
		own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2000);
		this.consumer = new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
	}

	/**
	 * Finds a topic's partitions.
	 * @param topic the topic's name
	 * @return its partitions, one at least
	 * @throws MissingTopicsException if there is no such topic
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 */
	public List<TopicPartition> partitions(String topic) {
		List<PartitionInfo> partitions = this.consumer.partitionsFor(topic);
		if (partitions == null || partitions.isEmpty()) {
			throw new MissingTopicsException(Set.of(topic));
		}
		return partitions.stream().map((found) -> new TopicPartition(found.topic(), found.partition())).toList();
	}

	/**
	 * Finds where partitions begin.
	 * @param partitions the partitions
	 * @return the first offset of each that is still there
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 */
	public Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
		return this.consumer.beginningOffsets(partitions);
	}

	/**
	 * Finds where partitions end now, for whoever reads what is committed.
	 * @param partitions the partitions
	 * @return the offset of each that is the next to be read
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 */
	public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
		return this.consumer.endOffsets(partitions);
	}

	/**
	 * Reads a stretch of each partition. However much there is, no more than a poll of it
	 * is in memory.
	 * @param starts the offsets to start from
	 * @param ends the offsets to end before, of the same partitions
	 * @param action takes the records; of one partition, in order
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 */
	public void read(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends,
			Consumer<ConsumerRecord<byte[], byte[]>> action) {
		this.consumer.assign(starts.keySet());
		this.consumer.resume(starts.keySet());
		starts.forEach(this.consumer::seek);
		Set<TopicPartition> left = new HashSet<>(starts.keySet());
		drop(left, ends);
		long heard = System.nanoTime();
		while (!left.isEmpty()) {
			ConsumerRecords<byte[], byte[]> records = this.consumer.poll(Duration.ofMillis(500));
			for (ConsumerRecord<byte[], byte[]> record : records) {
				if (record.offset() < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
					action.accept(record);
				}
			}
			if (drop(left, ends) || !records.isEmpty()) {
				heard = System.nanoTime();
			}
			else if (System.nanoTime() - heard > PATIENCE.toNanos()) {
				throw new TimeoutException("nothing came for %d s".formatted(PATIENCE.toSeconds()));
			}
		}
	}

	/**
	 * Tells in which stretches there is anything to read, and not just markers of
	 * transactions.
	 * @param starts the offsets to start from
	 * @param ends the offsets to end before, of the same partitions
	 * @return the partitions in which there is a record
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 */
	public Set<TopicPartition> withRecords(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {
		Set<TopicPartition> found = new HashSet<>();
		read(starts, ends, (record) -> {
			TopicPartition partition = new TopicPartition(record.topic(), record.partition());
			if (found.add(partition)) {
				// One is enough.
				this.consumer.seek(partition, ends.getOrDefault(partition, 0L));
			}
		});
		return found;
	}

	/** Drops what has been read to its end, and tells whether there was any. */
	private boolean drop(Set<TopicPartition> left, Map<TopicPartition, Long> ends) {
		List<TopicPartition> done = left.stream()
			.filter((partition) -> this.consumer.position(partition) >= ends.getOrDefault(partition, 0L))
			.toList();
		this.consumer.pause(done);
		return left.removeAll(done);
	}

	@Override
	public void close() {
		this.consumer.close();
	}

}
