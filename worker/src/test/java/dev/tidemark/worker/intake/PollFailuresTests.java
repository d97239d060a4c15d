package dev.tidemark.worker.intake;

import java.util.Set;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PollFailuresTests {

	private static final TopicPartition FIRST = new TopicPartition("task.commands", 1);

	private static final TopicPartition ELEVENTH = new TopicPartition("task.commands", 11);

	private static final Set<TopicPartition> ASSIGNED = Set.of(FIRST, ELEVENTH);

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

}
