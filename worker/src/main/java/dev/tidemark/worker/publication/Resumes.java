package dev.tidemark.worker.publication;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.springframework.kafka.core.KafkaOperations;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.publication.Event.TaskResumable;

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
	 * Wakes up what waits for some tasks. Returns when the calls are durable; one that is
	 * sent twice does no harm.
	 * @param taskIds the tasks' keys
	 * @throws java.util.concurrent.CompletionException if a call could not be sent
	 */
	public void send(Collection<UUID> taskIds) {
		Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
		CompletableFuture<?>[] sent = taskIds.stream()
			.map((taskId) -> new TaskResumable(taskId, new Cause(UUID.randomUUID(), now, Tracing.NONE)))
			.map((event) -> this.kafka.send(this.records.of(event)))
			.toArray(CompletableFuture[]::new);
		CompletableFuture.allOf(sent).join();
	}

}
