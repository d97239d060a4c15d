package dev.tidemark.worker.intake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;

import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;

import dev.tidemark.worker.deadletter.UnreadableRecords;
import dev.tidemark.worker.observability.Meters;
import dev.tidemark.worker.waiting.WaitingRooms;

import static org.assertj.core.api.Assertions.assertThat;

class PollFailuresTests {

	private static final TopicPartition FIRST = new TopicPartition("task.commands", 1);

	private static final TopicPartition ELEVENTH = new TopicPartition("task.commands", 11);

	private static final Set<TopicPartition> ASSIGNED = Set.of(FIRST, ELEVENTH);

	private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

	private final Later later = new Later();

	private final Progress progress = new Progress();

	private final KafkaMessageListenerContainer<byte[], byte[]> container = new KafkaMessageListenerContainer<>(
			new DefaultKafkaConsumerFactory<>(Map.of()), new ContainerProperties(FIRST.topic()));

	private final PollFailures failures = new PollFailures(this.container, new ReadingProbe(Map.of()), LostRecords.STOP,
			WaitingRooms.empty(), Meters.unread(), this.later, this.progress);

	@Test
	void thePartitionThatCannotBeReadIsKnownByTheClientsWords() {
		assertThat(PollFailures.partition(
				new KafkaException("Received exception when fetching the next record from "
						+ "task.commands-11. If needed, please seek past the record to continue consumption."),
				ASSIGNED))
			.contains(ELEVENTH);
		assertThat(
				PollFailures.partition(
						new KafkaException(new KafkaException(
								"Record batch for partition task.commands-1 at offset 17 is invalid, cause: …")),
						ASSIGNED))
			.contains(FIRST);
	}

	@Test
	void whatIsAboutNoAssignedPartitionIsTheWholeConsumers() {
		assertThat(PollFailures.partition(new KafkaException("from task.commands-2."), ASSIGNED)).isEmpty();
		assertThat(PollFailures.partition(new KafkaException("from other.task.commands-1."), ASSIGNED)).isEmpty();
		assertThat(
				PollFailures.partition(new KafkaException("a record unpacks to more than there is memory"), ASSIGNED))
			.isEmpty();
	}

	@Test
	void anAnswerThatDoesNotComeIsNoDamage() {
		assertThat(PollFailures.partition(
				new TimeoutException("before the position for partition task.commands-1 could be determined"),
				ASSIGNED))
			.isEmpty();
	}

	/** Whatever the group's offset says, which may be the old topic's still. */
	@Test
	void aTopicThatWasMadeAgainGoesOnWhereTheDatabaseSaysAndNotAtTheOldTopicsOffset() {
		standAt(11, new OffsetAndMetadata(11));
		this.failures.replaced(FIRST, this.consumer, new IllegalStateException("another topic"));
		look();
		assertThat(this.consumer.position(FIRST)).isEqualTo(11);
		assertThat(this.container.isPartitionPauseRequested(FIRST)).isTrue();
		this.progress.accepted = OptionalLong.of(2);
		look();
		assertThat(this.consumer.position(FIRST)).isEqualTo(2);
		assertThat(this.container.isPartitionPauseRequested(FIRST)).isFalse();
		assertThat(this.progress.passedOver).containsExactly(Map.entry(FIRST, 2L));
	}

	/** It may find out only when an operator has seen to it. */
	@Test
	void whoFindsThatRecordsAreGoneGoesWhereTheGroupHasBeenMovedMeanwhile() {
		OffsetAndMetadata moved = new OffsetAndMetadata(3, UnreadableRecords.PASSED_OVER);
		standAt(11, moved);
		findThatRecordsAreGone();
		assertThat(this.consumer.position(FIRST)).isEqualTo(3);
		assertThat(this.consumer.committed(Set.of(FIRST))).containsEntry(FIRST, moved);
		assertThat(this.progress.passedOver).containsExactly(Map.entry(FIRST, 3L));
		assertThat(this.container.isPartitionPauseRequested(FIRST)).isFalse();
	}

	@Test
	void whatIsGoneBehindWhereTheGroupHasBeenMovedIsToldAllTheSame() {
		standAt(11, new OffsetAndMetadata(11, UnreadableRecords.PASSED_OVER));
		findThatRecordsAreGone();
		assertThat(this.consumer.position(FIRST)).isEqualTo(11);
		assertThat(this.container.isPartitionPauseRequested(FIRST)).isTrue();
		assertThat(this.progress.passedOver).isEmpty();
	}

	private void standAt(long position, OffsetAndMetadata group) {
		this.consumer.assign(Set.of(FIRST));
		this.consumer.updateBeginningOffsets(Map.of(FIRST, 0L));
		this.consumer.updateEndOffsets(Map.of(FIRST, 5L));
		this.consumer.commitSync(Map.of(FIRST, group));
		this.consumer.seek(FIRST, position);
	}

	private void findThatRecordsAreGone() {
		this.failures.handleOtherException(new OffsetOutOfRangeException(Map.of(FIRST, this.consumer.position(FIRST))),
				this.consumer, this.container, true);
	}

	private void look() {
		this.later.run();
		this.failures.polled(this.consumer);
	}

	/** What is to be done later is done when the test says so. */
	private static final class Later extends ConcurrentTaskScheduler {

		private final List<Runnable> tasks = new ArrayList<>();

		private Later() {
			super(Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory()));
		}

		@Override
		public ScheduledFuture<?> schedule(Runnable task, Instant at) {
			this.tasks.add(task);
			return super.schedule(() -> {
			}, at);
		}

		private void run() {
			List<Runnable> due = List.copyOf(this.tasks);
			this.tasks.clear();
			due.forEach(Runnable::run);
		}

	}

	private static final class Progress implements PollFailures.ConsumerProgress {

		private OptionalLong accepted = OptionalLong.empty();

		private final Map<TopicPartition, Long> passedOver = new HashMap<>();

		@Override
		public void passedOver(TopicPartition partition, long offset) {
			this.passedOver.put(partition, offset);
		}

		@Override
		public OptionalLong accepted(TopicPartition partition) {
			return this.accepted;
		}

		@Override
		public void restart() {
			throw new AssertionError("the consumer is fine");
		}

	}

}
