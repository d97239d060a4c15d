package dev.tidemark.worker.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.BatchConsumerAwareMessageListener;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.scheduling.TaskScheduler;

import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.observability.WorkerMeters.Phase;
import dev.tidemark.worker.publication.Publisher;
import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.Waiting;

/**
 * One consumer, on one thread: decides each poll in the database, then publishes what
 * came of it together with the poll's offsets. The container neither commits offsets nor
 * handles failures; both belong together, and are done here. A poll of many bytes is
 * taken in parts, each of which is a poll to all that follows.
 * <p>
 * While the surroundings are ill, the consumer pauses and goes on polling, so that it
 * stays in its group, and tries the same records again.
 */
final class CommandConsumer implements BatchConsumerAwareMessageListener<byte[], byte[]>, AutoCloseable {

	/**
	 * How large the values of a part's records are together, unless it is one record that
	 * is larger. What is decided at once is in memory several times over, and Kafka
	 * bounds a poll only in bytes that senders may have compressed; a thousand commands
	 * without a long description are half of this.
	 */
	private static final int PART_BYTES = 1024 * 1024;

	private final KafkaMessageListenerContainer<byte[], byte[]> container;

	private final PollProcessor processor;

	private final Publisher publisher;

	private final Report report;

	private final WorkerMeters meters;

	private final ConsumerVitals vitals;

	private final TaskScheduler scheduler;

	private final Waiting waiting;

	/**
	 * Whether a Kafka transaction may have been committed without our knowing: then the
	 * group's offsets say where we stand, and nothing else does.
	 */
	private boolean uncertain = true;

	CommandConsumer(KafkaMessageListenerContainer<byte[], byte[]> container, PollProcessor processor,
			Publisher publisher, Report report, WorkerMeters meters, ConsumerVitals vitals, TaskScheduler scheduler,
			Waiting waiting) {
		this.container = container;
		this.processor = processor;
		this.publisher = publisher;
		this.report = report;
		this.meters = meters;
		this.vitals = vitals;
		this.scheduler = scheduler;
		this.waiting = waiting;
	}

	@Override
	public void onMessage(List<ConsumerRecord<byte[], byte[]>> records, @Nullable Consumer<?, ?> itself) {
		Consumer<?, ?> consumer = Objects.requireNonNull(itself, "the container gives its consumer");
		this.vitals.took(records);
		int published = 0;
		try {
			if (this.uncertain) {
				this.publisher.renew();
				goToCommitted(consumer);
				this.uncertain = false;
				this.vitals.finished(consumer);
				// Perhaps all had been committed, and nothing more comes for now.
				this.waiting.succeeded();
				// What was polled may be behind or ahead of what is committed: poll
				// again.
				return;
			}
			while (published < records.size()) {
				List<ConsumerRecord<byte[], byte[]>> part = records.subList(published, endOfPart(records, published));
				publish(part, consumer);
				published += part.size();
			}
			this.vitals.finished(consumer);
			this.waiting.succeeded();
		}
		catch (RuntimeException ex) {
			withdraw(ex);
			goBack(records.subList(published, records.size()), consumer);
			this.vitals.wentBack(consumer);
			pause(ex);
		}
	}

	private void publish(List<ConsumerRecord<byte[], byte[]>> part, Consumer<?, ?> consumer) {
		Processed poll = this.processor.process(part, this.publisher);
		WorkerMeters.Stopwatch watch = this.meters.stopwatch();
		this.uncertain = true;
		this.publisher.publish(poll.events(), after(part), consumer.groupMetadata());
		this.uncertain = false;
		watch.lap(Phase.PUBLISH);
		this.report.published(poll);
	}

	/** Takes back what has been sent ahead, lest others wait for what comes of it. */
	private void withdraw(RuntimeException failure) {
		if (!this.uncertain) {
			try {
				this.publisher.withdraw();
			}
			catch (RuntimeException ex) {
				failure.addSuppressed(ex);
				this.uncertain = true;
			}
		}
	}

	private static int endOfPart(List<ConsumerRecord<byte[], byte[]>> records, int start) {
		int bytes = Math.max(0, records.get(start).serializedValueSize());
		int end = start + 1;
		while (end < records.size() && bytes + records.get(end).serializedValueSize() <= PART_BYTES) {
			bytes += Math.max(0, records.get(end).serializedValueSize());
			end++;
		}
		return end;
	}

	private static Map<TopicPartition, OffsetAndMetadata> after(List<ConsumerRecord<byte[], byte[]>> records) {
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		for (ConsumerRecord<byte[], byte[]> record : records) {
			offsets.put(new TopicPartition(record.topic(), record.partition()),
					new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""));
		}
		return offsets;
	}

	private static void goToCommitted(Consumer<?, ?> consumer) {
		Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment());
		for (TopicPartition partition : consumer.assignment()) {
			OffsetAndMetadata offset = committed.get(partition);
			if (offset != null) {
				consumer.seek(partition, offset);
			}
			else {
				consumer.seekToBeginning(List.of(partition));
			}
		}
	}

	private static void goBack(List<ConsumerRecord<byte[], byte[]>> records, Consumer<?, ?> consumer) {
		Map<TopicPartition, Long> firsts = new HashMap<>();
		for (ConsumerRecord<byte[], byte[]> record : records) {
			firsts.putIfAbsent(new TopicPartition(record.topic(), record.partition()), record.offset());
		}
		firsts.forEach((partition, offset) -> {
			if (consumer.assignment().contains(partition)) {
				consumer.seek(partition, offset);
			}
		});
	}

	private void pause(RuntimeException failure) {
		Duration wait = (failure instanceof TooManyDeadLettersException)
				? this.waiting.failed(Trouble.TOO_MANY_DEAD_LETTERS, failure) : this.waiting.failed(failure);
		this.container.pause();
		var _ = this.scheduler.schedule(this.container::resume, Instant.now().plus(wait));
	}

	/** Kafka lets the consumer in no more, for now. The container keeps asking. */
	void refused(RuntimeException reason) {
		var _ = this.waiting.failed(reason);
	}

	/** Kafka lets the consumer in again. */
	void admitted() {
		this.waiting.succeeded();
	}

	KafkaMessageListenerContainer<byte[], byte[]> container() {
		return this.container;
	}

	String name() {
		return this.container.getBeanName();
	}

	boolean isRunning() {
		return this.container.isRunning();
	}

	/** By the client's own metric, which counts polls that fail, too. */
	boolean hasNotPolledFor(Duration bound) {
		return this.container.metrics()
			.values()
			.stream()
			.flatMap((metrics) -> metrics.entrySet().stream())
			.filter((metric) -> metric.getKey().name().equals("last-poll-seconds-ago"))
			.anyMatch((metric) -> metric.getValue().metricValue() instanceof Double seconds
					&& seconds > bound.toSeconds());
	}

	ConsumerVitals vitals() {
		return this.vitals;
	}

	/** To be called when the container has stopped. */
	@Override
	public void close() {
		this.publisher.close();
	}

}
