package dev.tidemark.worker.publication;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
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

	/**
	 * How many producers take turns. A transaction that begins while the markers of the
	 * same producer's last one are still being written is made to wait for some 20
	 * milliseconds (the broker's {@code add.partitions.to.txn.retry.backoff.ms}); another
	 * producer's is not, and whoever reads a partition still finds both in order.
	 */
	private static final int PRODUCERS = 2;

	private final Map<String, Object> settings;

	private final String transactionalId;

	private final EventRecords records;

	private final Function<Map<String, Object>, Producer<byte[], byte[]>> factory;

	/** Those of the next transactions, in order; empty before {@link #renew()}. */
	private final Deque<Producer<byte[], byte[]>> producers = new ArrayDeque<>();

	/**
	 * The topic that has refused a record for its size, in the transaction that is open.
	 */
	private volatile @Nullable String tooLargeFor;

	private final Callback sizes = (metadata, failure) -> {
		if (failure instanceof RecordTooLargeException) {
			this.tooLargeFor = metadata.topic();
		}
	};

	/** Whether a transaction has begun and not been ended. */
	private boolean open;

	/** How many of a poll's events have been sent in the transaction that is open. */
	private int sent;

	/**
	 * Whether to wait until rows are durable before anything is sent: after a failure,
	 * until something has been published. Who tries again and again, for as long as a
	 * database is read-only, is not to fill topics with what is then withdrawn.
	 */
	private boolean cautious;

	Publisher(Map<String, Object> settings, String transactionalId, EventRecords records) {
		this(settings, transactionalId, records, KafkaProducer::new);
	}

	Publisher(Map<String, Object> settings, String transactionalId, EventRecords records,
			Function<Map<String, Object>, Producer<byte[], byte[]>> factory) {
		this.settings = settings;
		this.transactionalId = transactionalId;
		this.records = records;
		this.factory = factory;
	}

	/**
	 * Gets producers whose predecessors have no transaction open any more: what they had
	 * in flight has either been committed or never will be.
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 */
	public void renew() {
		close();
		try {
			for (int i = 0; i < PRODUCERS; i++) {
				Map<String, Object> own = new HashMap<>(this.settings);
				own.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, this.transactionalId + "-" + i);
				this.producers.add(this.factory.apply(own));
			}
			this.producers.forEach(Producer::initTransactions);
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
		ended();
	}

	/**
	 * Sends the first of a poll's events while the rows that they tell of are still to be
	 * written, and waits for nothing: so the broker stores them at the same time as the
	 * database stores the rows. Until they are {@linkplain #publish published} nobody
	 * reads them, and a crash is the same as {@link #withdraw()}. After a failure this
	 * does nothing; they are sent when they are published.
	 * @param events the events, in order
	 * @throws org.apache.kafka.common.KafkaException if they can't be sent
	 */
	public void sendAhead(List<Event> events) {
		if (!this.cautious) {
			send(events);
		}
	}

	/**
	 * Takes back what has been {@linkplain #sendAhead sent ahead}, if anything, as its
	 * rows have not been written; and has nothing sent ahead until something has been
	 * published.
	 * @throws org.apache.kafka.common.KafkaException if it is not known to be taken back;
	 * {@link #renew()} must come next
	 */
	public void withdraw() {
		this.cautious = true;
		if (this.open) {
			producer().abortTransaction();
			ended();
		}
	}

	/**
	 * Publishes events, and commits the offsets of the records that they came of. When
	 * this returns, both are durable; a crash before that leaves either all or nothing.
	 * @param events all events of the poll, in order, first those that have been
	 * {@linkplain #sendAhead sent ahead} and not been withdrawn
	 * @param consumed the offsets to go on from
	 * @param group who consumed them: a member that is one no more is refused
	 * @throws org.apache.kafka.common.KafkaException if it is not known to be committed;
	 * {@link #renew()} must come next
	 */
	public void publish(List<Event> events, Map<TopicPartition, OffsetAndMetadata> consumed,
			ConsumerGroupMetadata group) {
		this.cautious = true;
		send(events.subList(this.sent, events.size()));
		try {
			producer().sendOffsetsToTransaction(consumed, group);
			producer().commitTransaction();
		}
		catch (KafkaException ex) {
			throw explained(ex);
		}
		ended();
		this.producers.addLast(this.producers.removeFirst());
		this.cautious = false;
	}

	/** The commit's failure does not tell which topic it was. */
	private KafkaException explained(KafkaException failure) {
		String topic = this.tooLargeFor;
		if (topic == null) {
			return failure;
		}
		RecordTooLargeException explained = new RecordTooLargeException(
				"an event is larger than %s takes: raise its max.message.bytes".formatted(topic));
		explained.addSuppressed(failure);
		return explained;
	}

	private void send(List<Event> events) {
		// All at once, before the first goes: whoever sends without a pause sends
		// together.
		List<ProducerRecord<byte[], byte[]>> prepared = events.stream().map(this.records::of).toList();
		if (!this.open) {
			this.open = true;
			producer().beginTransaction();
		}
		for (ProducerRecord<byte[], byte[]> record : prepared) {
			// A send that fails makes the commit fail: no future has to be looked at.
			var _ = producer().send(record, this.sizes);
		}
		this.sent += events.size();
	}

	private void ended() {
		this.tooLargeFor = null;
		this.open = false;
		this.sent = 0;
	}

	private Producer<byte[], byte[]> producer() {
		Producer<byte[], byte[]> current = this.producers.peekFirst();
		if (current == null) {
			throw new IllegalStateException("No producer: renew() must come first");
		}
		return current;
	}

	/**
	 * Lets go of the producers, without waiting for a transaction that has failed.
	 */
	@Override
	public void close() {
		this.producers.forEach((producer) -> producer.close(Duration.ZERO));
		this.producers.clear();
	}

}
