package dev.tidemark.worker.publication;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Received;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.publication.Event.Resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Events and offsets become durable together, whatever was sent ahead.
 */
class PublisherTests {

	private static final Map<TopicPartition, OffsetAndMetadata> CONSUMED = Map
		.of(new TopicPartition(Tasks.TYPE.commandTopic(), 0), new OffsetAndMetadata(17));

	private static final ConsumerGroupMetadata GROUP = new MockConsumer<>("earliest").groupMetadata();

	private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();

	private final List<Map<String, Object>> settings = new ArrayList<>();

	/** Whether the broker answers by itself. */
	private boolean answers = true;

	private final Publisher publisher = new Publisher(Map.of("acks", "all"), "tidemark", Publication.records(),
			(settings) -> {
				MockProducer<byte[], byte[]> producer = new MockProducer<>(this.answers, null,
						new ByteArraySerializer(), new ByteArraySerializer());
				this.producers.add(producer);
				this.settings.add(settings);
				return producer;
			});

	@Test
	void eventsAndOffsetsAreCommittedTogether() {
		this.publisher.renew();
		this.publisher.publish(events(3), CONSUMED, GROUP);
		assertThat(this.producers.getFirst().history()).hasSize(3);
		assertThat(this.producers.getFirst().consumerGroupOffsetsHistory())
			.containsExactly(Map.of(GROUP.groupId(), CONSUMED));
		assertThat(this.producers.getFirst().commitCount()).isOne();
	}

	@Test
	void producersTakeTurnsAndEachHasAnIdOfItsOwn() {
		this.publisher.renew();
		assertThat(this.settings).extracting((own) -> own.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG))
			.containsExactly("tidemark-0", "tidemark-1");
		assertThat(this.settings).allSatisfy((own) -> assertThat(own).containsEntry("acks", "all"));
		for (int i = 0; i < 4; i++) {
			this.publisher.publish(events(1), CONSUMED, GROUP);
		}
		assertThat(this.producers).extracting(MockProducer::commitCount).containsExactly(2L, 2L);
	}

	@Test
	void whatHasBeenSentAheadIsNotSentAgain() {
		this.publisher.renew();
		List<Event> events = events(5);
		this.publisher.sendAhead(events.subList(0, 2));
		this.publisher.sendAhead(events.subList(2, 3));
		assertThat(this.producers.getFirst().history()).as("not committed").isEmpty();
		this.publisher.publish(events, CONSUMED, GROUP);
		assertThat(keys(this.producers.getFirst())).isEqualTo(keys(events));
	}

	@Test
	void whatIsWithdrawnIsNeverSeen() {
		this.publisher.renew();
		List<Event> events = events(3);
		this.publisher.sendAhead(events);
		this.publisher.withdraw();
		assertThat(this.producers.getFirst().transactionAborted()).isTrue();
		this.publisher.publish(events, CONSUMED, GROUP);
		assertThat(keys(this.producers.getFirst())).isEqualTo(keys(events));
	}

	@Test
	void afterAWithdrawalNothingIsSentAheadUntilSomethingHasBeenPublished() {
		this.publisher.renew();
		this.publisher.withdraw();
		this.publisher.sendAhead(events(3));
		assertThat(this.producers.getFirst().transactionInFlight()).isFalse();
		this.publisher.publish(List.of(), CONSUMED, GROUP);
		this.publisher.sendAhead(events(3));
		assertThat(this.producers.getLast().uncommittedRecords()).hasSize(3);
	}

	@Test
	void afterAFailureNothingIsSentAheadEither() {
		this.publisher.renew();
		this.producers.getFirst().commitTransactionException = new ProducerFencedException("gone");
		assertThatExceptionOfType(ProducerFencedException.class)
			.isThrownBy(() -> this.publisher.publish(events(1), CONSUMED, GROUP));
		this.publisher.renew();
		assertThat(this.producers.getFirst().closed()).isTrue();
		this.publisher.sendAhead(events(3));
		assertThat(this.producers.get(2).transactionInFlight()).isFalse();
		this.publisher.publish(events(1), CONSUMED, GROUP);
		assertThat(this.producers.get(2).history()).hasSize(1);
	}

	@Test
	void anEventThatIsTooLargeIsToldWithItsTopic() {
		this.answers = false;
		this.publisher.renew();
		MockProducer<byte[], byte[]> producer = this.producers.getFirst();
		this.publisher.sendAhead(events(1));
		producer.errorNext(new RecordTooLargeException("larger than 1048576"));
		producer.commitTransactionException = new KafkaException("a send has failed");
		assertThatExceptionOfType(RecordTooLargeException.class)
			.isThrownBy(() -> this.publisher.publish(List.of(events(1).getFirst()), CONSUMED, GROUP))
			.withMessage("an event is larger than task.commands takes: raise its max.message.bytes");
	}

	@Test
	void whatHasFailedOnceIsNotTakenForTooLargeForEver() {
		this.answers = false;
		this.publisher.renew();
		this.publisher.sendAhead(events(1));
		this.producers.getFirst().errorNext(new RecordTooLargeException("larger than 1048576"));
		this.answers = true;
		this.publisher.renew();
		this.producers.get(2).commitTransactionException = new KafkaException("another failure");
		assertThatExceptionOfType(KafkaException.class)
			.isThrownBy(() -> this.publisher.publish(events(1), CONSUMED, GROUP))
			.withMessage("another failure");
	}

	@Test
	void whoHasNotBeenRenewedPublishesNothing() {
		assertThatIllegalStateException().isThrownBy(() -> this.publisher.publish(events(1), CONSUMED, GROUP));
	}

	@Test
	void whoCannotBeRenewedLeavesNothingOpen() {
		Publisher failing = new Publisher(Map.of(), "tidemark", Publication.records(), (_) -> {
			MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, new ByteArraySerializer(),
					new ByteArraySerializer());
			producer.initTransactionException = new KafkaException("no broker");
			this.producers.add(producer);
			return producer;
		});
		assertThatExceptionOfType(KafkaException.class).isThrownBy(failing::renew).withMessage("no broker");
		assertThat(this.producers).hasSize(2).allSatisfy((producer) -> assertThat(producer.closed()).isTrue());
	}

	private static List<Event> events(int count) {
		List<Event> events = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			events.add(new Resume(new AggregateKey(Tasks.TYPE, UUID.randomUUID().toString()),
					new Cause(UUID.randomUUID(), Received.AT, Tracing.NONE)));
		}
		return events;
	}

	private static List<String> keys(MockProducer<byte[], byte[]> producer) {
		return producer.history()
			.stream()
			.map(ProducerRecord::key)
			.map((key) -> new String(key, StandardCharsets.UTF_8))
			.toList();
	}

	private static List<String> keys(List<Event> events) {
		return events.stream().map((event) -> ((Resume) event).aggregate().key()).toList();
	}

}
