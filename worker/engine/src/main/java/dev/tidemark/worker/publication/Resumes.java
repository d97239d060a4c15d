package dev.tidemark.worker.publication;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.support.SendResult;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.publication.Event.Resume;

/**
 * Sends wake-up calls that no command has caused.
 */
@Component
public class Resumes {

	private final KafkaOperations<byte[], byte[]> kafka;

	private final EventRecords records;

	Resumes(KafkaOperations<byte[], byte[]> kafka, EventRecords records) {
		this.kafka = kafka;
		this.records = records;
	}

	/**
	 * Wakes up what waits for some aggregates. Returns when the calls are durable; one
	 * that is sent twice does no harm.
	 * @param aggregates the aggregates
	 * @return where each call lies, in the order of the aggregates
	 * @throws java.util.concurrent.CompletionException if a call could not be sent
	 */
	public List<Coordinates> send(Collection<AggregateKey> aggregates) {
		Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
		List<CompletableFuture<SendResult<byte[], byte[]>>> sent = aggregates.stream()
			.map((aggregate) -> new Resume(aggregate, new Cause(UUID.randomUUID(), now, Tracing.NONE)))
			.map((event) -> this.kafka.send(this.records.of(event)))
			.toList();
		return sent.stream().map((result) -> place(result.join().getRecordMetadata())).toList();
	}

	private static Coordinates place(RecordMetadata record) {
		return new Coordinates(record.topic(), record.partition(), record.offset());
	}

}
