package dev.tidemark.worker.operations;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import dev.tidemark.worker.topics.TopicIds;

/**
 * Consumer groups and the partitions that they read, for the tools.
 */
final class GroupAccess implements AutoCloseable {

	private final Admin admin;

	private final Map<String, Object> consumerSettings;

	private final Map<String, Object> producerSettings;

	/** Asks no broker yet. */
	GroupAccess(Map<String, Object> adminSettings, Map<String, Object> consumerSettings,
			Map<String, Object> producerSettings) {
		this.admin = Admin.create(adminSettings);
		this.consumerSettings = new HashMap<>(consumerSettings);
		this.consumerSettings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
		this.producerSettings = producerSettings;
	}

	/**
	 * Finds the partitions of topics as they are now.
	 * @throws OperationException if a topic is not there
	 * @throws KafkaException if the broker does not answer
	 */
	List<Standing.Log> logs(Collection<String> topics) {
		Map<TopicPartition, UUID> ids = new HashMap<>();
		this.admin.describeTopics(topics).topicNameValues().forEach((name, found) -> {
			TopicDescription description = topic(name, found);
			description.partitions()
				.forEach((partition) -> ids.put(new TopicPartition(name, partition.partition()),
						TopicIds.of(description.topicId())));
		});
		Map<TopicPartition, Long> beginnings = offsets(ids.keySet(), OffsetSpec.earliest());
		Map<TopicPartition, Long> ends = ends(ids.keySet());
		List<Standing.Log> logs = new ArrayList<>();
		ids.forEach((partition, id) -> logs.add(new Standing.Log(partition, id, beginnings.getOrDefault(partition, 0L),
				ends.getOrDefault(partition, 0L))));
		return logs;
	}

	private static TopicDescription topic(String name, KafkaFuture<TopicDescription> found) {
		try {
			return Republish.await(found);
		}
		catch (UnknownTopicOrPartitionException ex) {
			throw new OperationException("there is no topic " + name);
		}
	}

	/** Where partitions end now, for whoever reads what is committed. */
	Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
		return offsets(partitions, OffsetSpec.latest());
	}

	private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec which) {
		Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
		partitions.forEach((partition) -> wanted.put(partition, which));
		Map<TopicPartition, ListOffsetsResultInfo> found = Republish
			.await(this.admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all());
		Map<TopicPartition, Long> offsets = new HashMap<>();
		found.forEach((partition, info) -> offsets.put(partition, info.offset()));
		return offsets;
	}

	/** A group's offsets; none if there is no such group. */
	Map<TopicPartition, OffsetAndMetadata> offsets(String groupId) {
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		Republish.await(this.admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata())
			.forEach((partition, offset) -> {
				if (offset != null) {
					offsets.put(partition, offset);
				}
			});
		return offsets;
	}

	/** Whether somebody reads for a group now. */
	boolean hasMembers(String groupId) {
		try {
			return Republish.await(this.admin.describeConsumerGroups(List.of(groupId)).all())
				.values()
				.stream()
				.anyMatch((group) -> !group.members().isEmpty());
		}
		catch (GroupIdNotFoundException ex) {
			return false;
		}
	}

	/**
	 * Has the worker's group go on elsewhere, whether it has members or not. When this
	 * returns, that is durable.
	 */
	void move(Map<TopicPartition, OffsetAndMetadata> offsets) {
		Map<String, Object> settings = new HashMap<>(this.producerSettings);
		settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG,
				this.consumerSettings.get(ConsumerConfig.GROUP_ID_CONFIG) + "-realign-" + UUID.randomUUID());
		try (KafkaConsumer<byte[], byte[]> nobody = new KafkaConsumer<>(this.consumerSettings,
				new ByteArrayDeserializer(), new ByteArrayDeserializer());
				KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(),
						new ByteArraySerializer())) {
			producer.initTransactions();
			producer.beginTransaction();
			// One that is no member of the group: the members go on meanwhile.
			producer.sendOffsetsToTransaction(offsets, nobody.groupMetadata());
			producer.commitTransaction();
		}
	}

	@Override
	public void close() {
		this.admin.close();
	}

}
