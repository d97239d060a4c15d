package dev.tidemark.worker.publication;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.Producer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

import dev.tidemark.worker.topics.FoundTopics;
import dev.tidemark.worker.topics.TopicLimits;

/**
 * What publishes, where there is no broker.
 */
public final class Publication {

	private Publication() {
	}

	/**
	 * Returns who writes snapshots.
	 * @param limits how large a record the topics take
	 * @return the writer
	 */
	public static SnapshotJson json(TopicLimits limits) {
		return new SnapshotJson(FoundTopics.names(), limits);
	}

	/**
	 * Returns somebody who will publish nothing.
	 * @return a publisher without a producer
	 */
	public static Publisher nothing() {
		return new Publisher(Map.of(), "nothing", records());
	}

	/**
	 * Returns a publisher that is ready to publish.
	 * @param first takes what is published first
	 * @param second takes what is published next
	 * @return the publisher
	 */
	public static Publisher to(Producer<byte[], byte[]> first, Producer<byte[], byte[]> second) {
		Iterator<Producer<byte[], byte[]>> producers = List.of(first, second).iterator();
		Publisher publisher = new Publisher(Map.of(), "tests", records(), (_) -> producers.next());
		publisher.renew();
		return publisher;
	}

	static EventRecords records() {
		TopicLimits limits = new TopicLimits();
		return new EventRecords(FoundTopics.names(), json(limits),
				new DeadLetterRecords(FoundTopics.names(), limits, new DefaultKafkaProducerFactory<>(Map.of())));
	}

}
