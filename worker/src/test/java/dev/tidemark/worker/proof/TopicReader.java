package dev.tidemark.worker.proof;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/**
 * Reads topics from beginning to end, as a {@code read_committed} consumer sees them.
 */
final class TopicReader implements AutoCloseable {

	private final KafkaConsumer<byte[], byte[]> consumer;

	private final Admin admin;

	TopicReader(String bootstrapServers) {
		this.consumer = new KafkaConsumer<>(
				Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ConsumerConfig.ISOLATION_LEVEL_CONFIG,
						"read_committed", ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
						ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000),
				new ByteArrayDeserializer(), new ByteArrayDeserializer());
		this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
	}

	/**
	 * Reads all that is in the given topics, in the order of each partition. A
	 * transaction that is open hides what is behind it: it is waited for.
	 */
	List<ConsumerRecord<byte[], byte[]>> read(List<String> topics) {
		List<TopicPartition> partitions = topics.stream()
			.flatMap((topic) -> this.consumer.partitionsFor(topic).stream())
			.map((info) -> new TopicPartition(info.topic(), info.partition()))
			.toList();
		Awaitility.await("open transactions in " + topics)
			.atMost(Duration.ofSeconds(90))
			.until(() -> ends(partitions, IsolationLevel.READ_COMMITTED)
				.equals(ends(partitions, IsolationLevel.READ_UNCOMMITTED)));
		Map<TopicPartition, Long> ends = ends(partitions, IsolationLevel.READ_COMMITTED);
		this.consumer.assign(partitions);
		this.consumer.seekToBeginning(partitions);
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		while (ends.entrySet().stream().anyMatch((end) -> this.consumer.position(end.getKey()) < end.getValue())) {
			this.consumer.poll(Duration.ofMillis(500)).forEach(records::add);
		}
		records.sort(Comparator.<ConsumerRecord<byte[], byte[]>, String>comparing(ConsumerRecord::topic)
			.thenComparingInt(ConsumerRecord::partition)
			.thenComparingLong(ConsumerRecord::offset));
		return records;
	}

	private Map<TopicPartition, Long> ends(List<TopicPartition> partitions, IsolationLevel isolation) {
		try {
			return this.admin
				.listOffsets(
						partitions.stream().collect(Collectors.toMap(Function.identity(), (_) -> OffsetSpec.latest())),
						new ListOffsetsOptions(isolation))
				.all()
				.get()
				.entrySet()
				.stream()
				.collect(Collectors.toMap(Map.Entry::getKey, (end) -> end.getValue().offset()));
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.consumer.close();
		this.admin.close();
	}

}
