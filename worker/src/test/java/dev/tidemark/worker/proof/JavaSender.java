package dev.tidemark.worker.proof;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own client, with transactions or without.
 */
final class JavaSender implements Sender {

	/** More than any record of a workload has. */
	private static final int MAX_REQUEST = 4_000_000;

	/**
	 * The broker is down now and then, and its machine may have much else to do: what the
	 * proof is about is what becomes of what was sent.
	 */
	private static final int PATIENCE_MS = 300_000;

	private final String codec;

	private final boolean transactional;

	private final KafkaProducer<byte[], byte[]> producer;

	/**
	 * Starts a producer.
	 * @param bootstrapServers where the broker is
	 * @param codec what it compresses with, or {@code none}
	 * @param transactionalId null for a producer without transactions
	 */
	JavaSender(String bootstrapServers, String codec, @Nullable String transactionalId) {
		this.codec = codec;
		this.transactional = transactionalId != null;
		Map<String, Object> settings = new HashMap<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
				ProducerConfig.COMPRESSION_TYPE_CONFIG, codec, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST,
				ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
				PATIENCE_MS));
		if (transactionalId != null) {
			settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
			settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, PATIENCE_MS);
		}
		this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
		if (this.transactional) {
			this.producer.initTransactions();
		}
	}

	@Override
	public String name() {
		return "java " + this.codec + (this.transactional ? ", transactions" : "");
	}

	@Override
	public boolean takes(Order order) {
		return (this.transactional || !order.aborted())
				&& (!this.codec.equals(Senders.UNCOMPRESSED) || Senders.fitsUncompressed(order.record()));
	}

	@Override
	public int capacity() {
		return 100;
	}

	@Override
	public boolean isPatient() {
		return true;
	}

	@Override
	public Map<TopicPartition, Long> send(List<Order> orders) {
		if (this.transactional) {
			this.producer.beginTransaction();
		}
		List<Future<RecordMetadata>> sent = orders.stream().map((order) -> this.producer.send(order.record())).toList();
		this.producer.flush();
		Map<TopicPartition, Long> last = new HashMap<>();
		for (Future<RecordMetadata> future : sent) {
			RecordMetadata metadata = result(future);
			last.merge(new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset(), Math::max);
		}
		return last;
	}

	private static RecordMetadata result(Future<RecordMetadata> sent) {
		try {
			return sent.get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("A command could not be sent: " + ex.getCause(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void end(boolean abort) {
		if (abort) {
			this.producer.abortTransaction();
		}
		else if (this.transactional) {
			this.producer.commitTransaction();
		}
	}

	@Override
	public void close() {
		this.producer.close();
	}

}
