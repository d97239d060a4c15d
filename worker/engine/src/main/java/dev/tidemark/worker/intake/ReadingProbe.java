package dev.tidemark.worker.intake;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.outcome.LossMark;

/**
 * Looks, with a client of its own, whether a record that could not be read can be read by
 * now, or has been passed over. The consumer that failed would keep what it has fetched,
 * and other partitions wait for its thread.
 */
final class ReadingProbe {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final Map<String, Object> settings;

	/**
	 * Prepares to look.
	 * @param settings the consumers', their group included
	 */
	ReadingProbe(Map<String, Object> settings) {
		this.settings = new HashMap<>(settings);
		this.settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
		this.settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "probe");
		this.settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
	}

	private KafkaConsumer<Payload, Payload> consumer() {
		PollBudget budget = new PollBudget();
		return new KafkaConsumer<>(this.settings, budget.keys(), budget.values());
	}

	Found look(Coordinates place) {
		TopicPartition partition = place.topicPartition();
		try (KafkaConsumer<Payload, Payload> consumer = consumer()) {
			OffsetAndMetadata committed = consumer.committed(Set.of(partition), PATIENCE).get(partition);
			if (committed != null && committed.offset() > place.offset()) {
				return new PassedOver(committed.offset());
			}
			consumer.assign(Set.of(partition));
			consumer.seek(partition, place.offset());
			consumer.poll(PATIENCE);
			return (consumer.position(partition, PATIENCE) > place.offset()) ? new Mended()
					: new StillUnreadable(new KafkaException("nothing came of " + place));
		}
		catch (OffsetOutOfRangeException ex) {
			// It is gone, and the consumer has to find out.
			return new Mended();
		}
		catch (KafkaException ex) {
			return new StillUnreadable(ex);
		}
		catch (OutOfMemoryError ex) {
			return new StillUnreadable(new KafkaException("a record unpacks to more than there is memory", ex));
		}
	}

	/**
	 * Looks whether somebody has had the group go on elsewhere.
	 * @param place where it stood
	 */
	Found lookWhereTheGroupStands(Coordinates place) {
		TopicPartition partition = place.topicPartition();
		try (KafkaConsumer<Payload, Payload> consumer = consumer()) {
			OffsetAndMetadata committed = consumer.committed(Set.of(partition), PATIENCE).get(partition);
			return (committed != null && !LossMark.isOn(committed)) ? new PassedOver(committed.offset())
					: new StillUnreadable(new RecordsLostException("the group still stands at " + place));
		}
		catch (KafkaException ex) {
			return new StillUnreadable(ex);
		}
	}

	/** What a look has found. */
	sealed interface Found {

	}

	/** The record can be read. */
	record Mended() implements Found {
	}

	/**
	 * Somebody has had the group go on elsewhere.
	 *
	 * @param next the offset
	 */
	record PassedOver(long next) implements Found {
	}

	/**
	 * The record can't be read.
	 *
	 * @param failure why not
	 */
	record StillUnreadable(Exception failure) implements Found {
	}

}
