package dev.tidemark.worker.proof;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends orders, in transactions of all sizes.
 */
final class Traffic implements AutoCloseable {

	private final KafkaProducer<byte[], byte[]> producer;

	private final SplittableRandom random;

	/** For each partition, where the last record is that anyone may see. */
	private final Map<TopicPartition, Long> last = new HashMap<>();

	Traffic(String bootstrapServers, long seed) {
		this.producer = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
				ProducerConfig.TRANSACTIONAL_ID_CONFIG, "proof-traffic", ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
				2_000_000), new ByteArraySerializer(), new ByteArraySerializer());
		this.producer.initTransactions();
		this.random = new SplittableRandom(seed);
	}

	/**
	 * Sends orders, and returns when all of them are durable.
	 * @param orders what to send, in order
	 */
	void send(List<Order> orders) {
		int next = 0;
		while (next < orders.size()) {
			boolean abort = orders.get(next).aborted();
			int size = this.random.nextInt(1, 100);
			List<Order> batch = new ArrayList<>();
			while (next < orders.size() && batch.size() < size && orders.get(next).aborted() == abort) {
				batch.add(orders.get(next++));
			}
			sendTogether(batch, abort);
		}
	}

	private void sendTogether(List<Order> orders, boolean abort) {
		this.producer.beginTransaction();
		List<Future<RecordMetadata>> sent = orders.stream().map((order) -> this.producer.send(order.record())).toList();
		this.producer.flush();
		if (abort) {
			this.producer.abortTransaction();
			return;
		}
		this.producer.commitTransaction();
		sent.forEach(this::remember);
	}

	private synchronized void remember(Future<RecordMetadata> sent) {
		try {
			RecordMetadata metadata = sent.get();
			this.last.merge(new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset(), Math::max);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("A command could not be sent", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns for each partition the offset of the last record that anyone may see.
	 */
	synchronized Map<TopicPartition, Long> last() {
		return Map.copyOf(this.last);
	}

	@Override
	public void close() {
		this.producer.close();
	}

}
