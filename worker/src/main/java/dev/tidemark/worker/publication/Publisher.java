package dev.tidemark.worker.publication;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what came of a poll together with its offsets, in one Kafka transaction. For
 * one thread.
 * <p>
 * After a failure it is not known whether the transaction has been committed. So there is
 * no second try: {@link #renew()} settles it, one way or the other, and the group's
 * committed offsets then say which.
 */
public final class Publisher implements AutoCloseable {

	private final Map<String, Object> settings;

	private final EventRecords records;

	private @Nullable Producer<byte[], byte[]> producer;

	Publisher(Map<String, Object> settings, String transactionalId, EventRecords records) {
		this.settings = new HashMap<>(settings);
		this.settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
		this.records = records;
	}

	/**
	 * Gets a producer whose predecessor has no transaction open any more: what it had in
	 * flight has either been committed or never will be.
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 */
	public void renew() {
		close();
		Producer<byte[], byte[]> fresh = new KafkaProducer<>(this.settings);
		try {
			fresh.initTransactions();
		}
		catch (RuntimeException ex) {
			fresh.close(Duration.ZERO);
			throw ex;
		}
		this.producer = fresh;
	}

	/**
	 * Publishes events, and commits the offsets of the records that they came of. When
	 * this returns, both are durable; a crash before that leaves either all or nothing.
	 * @param events the events, in order
	 * @param consumed the offsets to go on from
	 * @param group who consumed them: a member that is one no more is refused
	 * @throws org.apache.kafka.common.KafkaException if it is not known to be committed;
	 * {@link #renew()} must come next
	 */
	public void publish(List<Event> events, Map<TopicPartition, OffsetAndMetadata> consumed,
			ConsumerGroupMetadata group) {
		Producer<byte[], byte[]> current = this.producer;
		if (current == null) {
			throw new IllegalStateException("No producer: renew() must come first");
		}
		// All at once, before the first goes: whoever sends without a pause sends
		// together.
		List<ProducerRecord<byte[], byte[]>> prepared = events.stream().map(this.records::of).toList();
		current.beginTransaction();
		for (ProducerRecord<byte[], byte[]> record : prepared) {
			// A send that fails makes the commit fail: no future has to be looked at.
			var _ = current.send(record);
		}
		current.sendOffsetsToTransaction(consumed, group);
		current.commitTransaction();
	}

	/**
	 * Lets go of the producer, without waiting for a transaction that has failed.
	 */
	@Override
	public void close() {
		if (this.producer != null) {
			this.producer.close(Duration.ZERO);
			this.producer = null;
		}
	}

}
