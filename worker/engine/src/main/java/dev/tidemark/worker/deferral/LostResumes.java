package dev.tidemark.worker.deferral;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.envelope.Coordinates;

/**
 * Finds resumes that will not come: the group has passed them, or they are gone with
 * their topic. One that has come leaves no trace of itself in the database.
 */
@Component
class LostResumes implements AutoCloseable {

	private final Map<String, Object> settings;

	private final String groupId;

	private volatile @Nullable Admin admin;

	LostResumes(KafkaAdmin admin, ConsumerFactory<?, ?> consumers) {
		this.settings = admin.getConfigurationProperties();
		this.groupId = String.valueOf(consumers.getConfigurationProperties().get(ConsumerConfig.GROUP_ID_CONFIG));
	}

	/**
	 * Looks for the lost among some that have been sent.
	 * @param sent where they lie, by whatever they were sent for
	 * @return those that will not come
	 * @throws KafkaException if the broker does not say
	 */
	synchronized Map<UUID, Coordinates> of(Map<UUID, Coordinates> sent) {
		if (sent.isEmpty()) {
			return Map.of();
		}
		Set<TopicPartition> partitions = new HashSet<>();
		sent.values().forEach((place) -> partitions.add(place.topicPartition()));
		try {
			Admin client = admin();
			Map<TopicPartition, @Nullable OffsetAndMetadata> consumed = client.listConsumerGroupOffsets(this.groupId)
				.partitionsToOffsetAndMetadata()
				.get();
			Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
			partitions.forEach((partition) -> latest.put(partition, OffsetSpec.latest()));
			Map<TopicPartition, ListOffsetsResultInfo> ends = client.listOffsets(latest).all().get();
			Map<UUID, Coordinates> lost = new HashMap<>();
			sent.forEach((id, place) -> {
				OffsetAndMetadata next = consumed.get(place.topicPartition());
				long end = Objects.requireNonNull(ends.get(place.topicPartition())).offset();
				if (place.offset() >= end || (next != null && place.offset() < next.offset())) {
					lost.put(id, place);
				}
			});
			return lost;
		}
		catch (ExecutionException ex) {
			throw new KafkaException("How far the group has come is not known", ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KafkaException("The worker ends", ex);
		}
	}

	private Admin admin() {
		Admin current = this.admin;
		if (current == null) {
			current = Admin.create(this.settings);
			this.admin = current;
		}
		return current;
	}

	/**
	 * Has the next look make a client anew. One that waits for an answer does so no
	 * longer.
	 */
	void renew() {
		Admin current = this.admin;
		this.admin = null;
		if (current != null) {
			current.close(Duration.ZERO);
		}
	}

	@Override
	public void close() {
		renew();
	}

}
