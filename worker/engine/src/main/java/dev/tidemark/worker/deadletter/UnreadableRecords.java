package dev.tidemark.worker.deadletter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.topics.TopicProperties;

/**
 * Passes over records that can't be read from their log, as when a disk has damaged a
 * batch. What is passed over leaves a dead letter, in the same Kafka transaction that
 * moves the group; a worker that waits there finds the group moved, and goes on.
 */
@Component
public class UnreadableRecords {

	/**
	 * What an offset of the group is marked with that has been moved over records which
	 * no database knows of.
	 */
	public static final String PASSED_OVER = "tidemark: passed over";

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final Map<String, Object> consumerSettings;

	private final Map<String, Object> producerSettings;

	private final TopicProperties topics;

	private final String groupId;

	/**
	 * Takes the worker's own settings of clients; asks no broker yet.
	 * @param consumers has the settings of consumers, the worker's group included
	 * @param producers has the settings of producers
	 * @param topics the topics' names
	 */
	public UnreadableRecords(ConsumerFactory<byte[], byte[]> consumers, ProducerFactory<byte[], byte[]> producers,
			TopicProperties topics) {
		this.consumerSettings = new HashMap<>(consumers.getConfigurationProperties());
		this.consumerSettings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
		// What is behind an open transaction is looked at, too.
		this.consumerSettings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
		this.consumerSettings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
		this.consumerSettings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
		this.consumerSettings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
		this.producerSettings = new HashMap<>(producers.getConfigurationProperties());
		this.topics = topics;
		this.groupId = String.valueOf(this.consumerSettings.get(ConsumerConfig.GROUP_ID_CONFIG));
	}

	/**
	 * Finds how far it can't be read at a place.
	 * @param place where a worker says that it can't read
	 * @return from there to before the next record that can be read
	 * @throws NotUnreadableException if the group does not stand there, or it can be read
	 * @throws KafkaException if the broker does not answer
	 * @throws IllegalArgumentException if the place is on no topic of commands
	 */
	public Stretch find(Coordinates place) {
		if (!this.topics.commands().contains(place.topic())) {
			throw new IllegalArgumentException("%s is no topic of commands; there are %s".formatted(place.topic(),
					String.join(", ", this.topics.commands())));
		}
		TopicPartition partition = place.topicPartition();
		try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
			if (consumer.partitionsFor(place.topic())
				.stream()
				.noneMatch((info) -> info.partition() == place.partition())) {
				throw new NotUnreadableException("there is no partition " + partition);
			}
			consumer.assign(Set.of(partition));
			long beginning = consumer.beginningOffsets(Set.of(partition)).getOrDefault(partition, 0L);
			long end = consumer.endOffsets(Set.of(partition)).getOrDefault(partition, 0L);
			OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
			long stands = Math.max(beginning, (committed != null) ? committed.offset() : beginning);
			if (place.offset() < stands) {
				throw new NotUnreadableException("%s is behind the group, which stands at %d".formatted(place, stands));
			}
			if (place.offset() >= end) {
				throw new NotUnreadableException("%s ends before %d".formatted(partition, end));
			}
			Look first = look(consumer, partition, stands);
			if (first.failure() == null) {
				throw new NotUnreadableException((first.next() > place.offset()) ? place + " can be read"
						: "the group stands at %d, and what lies there can be read".formatted(stands));
			}
			return new Stretch(place, firstReadable(consumer, partition, place.offset(), end),
					String.valueOf(first.failure().getMessage()));
		}
	}

	private KafkaConsumer<byte[], byte[]> consumer() {
		return new KafkaConsumer<>(this.consumerSettings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
	}

	/** Doubles its steps until something can be read, and then halves them. */
	private static long firstReadable(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long damaged,
			long end) {
		long bad = damaged;
		long good = Math.min(end, bad + 1);
		for (long step = 2; good < end && look(consumer, partition, good).failure() != null; step *= 2) {
			bad = good;
			good = Math.min(end, good + step);
		}
		while (good - bad > 1) {
			long middle = bad + (good - bad) / 2;
			if (look(consumer, partition, middle).failure() == null) {
				good = middle;
			}
			else {
				bad = middle;
			}
		}
		return good;
	}

	private static Look look(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long offset) {
		consumer.seek(partition, offset);
		long start = System.nanoTime();
		try {
			while (System.nanoTime() - start < PATIENCE.toNanos()) {
				ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(1));
				for (ConsumerRecord<byte[], byte[]> record : records) {
					return new Look(null, record.offset());
				}
				// Behind a marker of a transaction there may be nothing.
				if (consumer.position(partition) > offset) {
					return new Look(null, consumer.position(partition));
				}
			}
		}
		catch (ApiException ex) {
			// The broker's word, and not about what lies there.
			throw ex;
		}
		catch (KafkaException ex) {
			return new Look((ex.getCause() instanceof KafkaException cause) ? cause : ex, offset);
		}
		throw new TimeoutException("nothing came for %d s".formatted(PATIENCE.toSeconds()));
	}

	/**
	 * Passes over a stretch. When this returns, that and the dead letter are durable.
	 * @param stretch as it has been {@linkplain #find found}
	 * @return where the dead letter lies
	 * @throws KafkaException if the broker does not take it: nothing has changed
	 */
	public Coordinates passOver(Stretch stretch) {
		TopicPartition partition = stretch.place().topicPartition();
		Map<String, Object> settings = new HashMap<>(this.producerSettings);
		settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, this.groupId + "-skip-" + UUID.randomUUID());
		try (KafkaConsumer<byte[], byte[]> nobody = consumer();
				KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(),
						new ByteArraySerializer())) {
			producer.initTransactions();
			producer.beginTransaction();
			Future<RecordMetadata> letter = producer.send(letter(stretch));
			// One that is no member of the group: the members go on meanwhile.
			producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(stretch.next(), PASSED_OVER)),
					nobody.groupMetadata());
			producer.commitTransaction();
			RecordMetadata lies = letter.get();
			return new Coordinates(lies.topic(), lies.partition(), lies.offset());
		}
		catch (ExecutionException ex) {
			throw new KafkaException(ex.getCause());
		}
		catch (InterruptedException ex) {
			throw new InterruptException(ex);
		}
	}

	private ProducerRecord<byte[], byte[]> letter(Stretch stretch) {
		return new ProducerRecord<>(this.topics.deadLetters(stretch.place().topic()), null, null, null, null,
				headers(stretch));
	}

	private static Headers headers(Stretch stretch) {
		Coordinates place = stretch.place();
		Headers headers = new RecordHeaders();
		headers.add(EventHeaders.DLT_REASON, bytes(DeadLetterReason.UNREADABLE.name()));
		headers.add(EventHeaders.DLT_DETAIL, bytes("offsets %d to %d could not be read: %s".formatted(place.offset(),
				stretch.next() - 1, stretch.failure().lines().findFirst().orElse(""))));
		headers.add(EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC, bytes(place.topic()));
		headers.add(EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION,
				ByteBuffer.allocate(Integer.BYTES).putInt(place.partition()).array());
		headers.add(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET,
				ByteBuffer.allocate(Long.BYTES).putLong(place.offset()).array());
		// It is not known.
		headers.add(EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP, ByteBuffer.allocate(Long.BYTES).putLong(-1).array());
		return headers;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * What can't be read.
	 *
	 * @param place the first offset of it
	 * @param next the first offset behind it
	 * @param failure why it can't be read, in Kafka's words
	 */
	public record Stretch(Coordinates place, long next, String failure) {

		/**
		 * Returns how many offsets there are.
		 * @return one at least
		 */
		public long offsets() {
			return this.next - this.place.offset();
		}

	}

	/**
	 * What has been found at an offset.
	 *
	 * @param failure why it can't be read; null if it can
	 * @param next the offset of what has been read
	 */
	private record Look(@Nullable Exception failure, long next) {
	}

	/**
	 * There is nothing to pass over.
	 */
	public static final class NotUnreadableException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		NotUnreadableException(String message) {
			super(message);
		}

	}

}
