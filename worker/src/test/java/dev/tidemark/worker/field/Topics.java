package dev.tidemark.worker.field;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/**
 * What whoever runs the broker can do to topics.
 */
final class Topics implements AutoCloseable {

	private final String bootstrapServers;

	private final Admin admin;

	Topics(String bootstrapServers) {
		this.bootstrapServers = bootstrapServers;
		this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
	}

	/** Sets a topic. */
	void set(String topic, String name, String value) {
		get(this.admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic),
				List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
			.all());
	}

	/** Tells how a topic is set. */
	String get(String topic, String name) {
		ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
		return Objects
			.requireNonNull(
					Objects.requireNonNull(get(this.admin.describeConfigs(List.of(resource)).all()).get(resource))
						.get(name))
			.value();
	}

	/** Does what retention does when it comes to it: what is before an offset is gone. */
	void forgetBefore(TopicPartition partition, long offset) {
		get(this.admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all());
	}

	/** Deletes a topic, and makes another one of the same name. */
	void remake(String topic, int partitions) {
		get(this.admin.deleteTopics(List.of(topic)).all());
		Awaitility.await()
			.ignoreExceptions()
			.until(() -> get(
					this.admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
						.all()
						.thenApply((_) -> true)));
	}

	/** Sets a group, which has no members. */
	void set(String groupId, TopicPartition partition, long offset) {
		get(this.admin.alterConsumerGroupOffsets(groupId, Map.of(partition, new OffsetAndMetadata(offset))).all());
	}

	/** Deletes a group, which has no members. */
	void forget(String groupId) {
		get(this.admin.deleteConsumerGroups(List.of(groupId)).all());
	}

	/** Tells the offset that the next record of a partition gets: its high watermark. */
	long end(TopicPartition partition) {
		return get(this.admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition)).offset();
	}

	/** Tells where a group goes on with a partition; 0 if it has not begun. */
	long committed(String groupId, TopicPartition partition) {
		var offset = get(this.admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata()).get(partition);
		return (offset != null) ? offset.offset() : 0;
	}

	/** Reads all that is on a topic and committed, by partition. */
	List<ConsumerRecord<byte[], byte[]>> read(String topic) {
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", this.bootstrapServers, "isolation.level", "read_committed"),
				new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor(topic)
				.stream()
				.map((partition) -> new TopicPartition(topic, partition.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
			while (partitions.stream()
				.anyMatch((partition) -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
				consumer.poll(Duration.ofMillis(100)).forEach(records::add);
			}
		}
		return records;
	}

	private static <T> T get(KafkaFuture<T> future) {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

	@Override
	public void close() {
		this.admin.close();
	}

}
