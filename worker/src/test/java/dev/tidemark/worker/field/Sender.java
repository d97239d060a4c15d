package dev.tidemark.worker.field;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Java's producer, set as its user likes: by codec, batches, transactions.
 */
final class Sender implements AutoCloseable {

	private final KafkaProducer<byte[], byte[]> producer;

	/**
	 * Makes a producer.
	 * @param bootstrapServers where the broker is
	 * @param settings names and values in turn
	 */
	Sender(String bootstrapServers, String... settings) {
		Map<String, Object> all = new HashMap<>(Map.of("bootstrap.servers", bootstrapServers));
		for (int i = 0; i < settings.length; i += 2) {
			all.put(settings[i], settings[i + 1]);
		}
		this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
		if (all.containsKey("transactional.id")) {
			this.producer.initTransactions();
		}
	}

	/**
	 * Sends records without waiting between them, and waits until the broker has them.
	 */
	List<RecordMetadata> send(List<ProducerRecord<byte[], byte[]>> records) {
		List<Future<RecordMetadata>> sent = new ArrayList<>();
		records.forEach((record) -> sent.add(this.producer.send(record)));
		this.producer.flush();
		return sent.stream().map(Sender::get).toList();
	}

	/**
	 * Sends a record.
	 * @throws org.apache.kafka.common.KafkaException if the broker refuses it
	 */
	RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
		return send(List.of(record)).getFirst();
	}

	void begin() {
		this.producer.beginTransaction();
	}

	void commit() {
		this.producer.commitTransaction();
	}

	void abort() {
		this.producer.abortTransaction();
	}

	private static RecordMetadata get(Future<RecordMetadata> future) {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex.getCause());
		}
	}

	@Override
	public void close() {
		this.producer.close();
	}

}
