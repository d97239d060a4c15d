package dev.tidemark.worker.deadletter;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.topics.FoundTopics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Dead letters as they lie on their topics, whoever has put them there.
 * <p>
 * A real broker, since topics are read from their ends.
 */
class DeadLettersTests {

	private static final Tenant tenant = Stack.shared().newTenant().withTopics(2);

	private static final Client client = new Client(tenant);

	private static final Map<String, Object> SETTINGS = Map.of("bootstrap.servers", tenant.bootstrapServers());

	/** Not so long ago that retention would take it. */
	private static final long TIME = System.currentTimeMillis() - 3_600_000;

	private final DeadLetters letters = new DeadLetters(new DefaultKafkaConsumerFactory<>(SETTINGS),
			new DefaultKafkaProducerFactory<>(SETTINGS, new ByteArraySerializer(), new ByteArraySerializer()),
			FoundTopics.names(Catalogue.installed()
				.aggregates()
				.stream()
				.collect(Collectors.toMap((type) -> type.wireName() + "-commands", tenant.topics()::commands))));

	@AfterAll
	static void close() {
		client.close();
	}

	@Test
	void theNewestComeFirst() {
		List<String> keys = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			keys.addFirst("key " + i);
			bury(tenant.topics().commands(Tasks.TYPE), i % 2, TIME + i, "key " + i, (i == 0) ? "RARE" : "COMMON");
		}
		Selection tasks = new Selection(tenant.topics().commands(Tasks.TYPE), null);
		assertThat(this.letters.newest(tasks, 5)).extracting(DeadLetterRecord::key)
			.containsExactlyElementsOf(keys.subList(0, 5));
		assertThat(this.letters.newest(tasks, 1000)).extracting(DeadLetterRecord::key).containsExactlyElementsOf(keys);
		assertThat(this.letters.newest(new Selection(tenant.topics().deadLetters(Tasks.TYPE), "RARE"), 3))
			.extracting(DeadLetterRecord::key)
			.containsExactly("key 0");
		assertThat(this.letters.newest(new Selection(null, "UNHEARD_OF"), 3)).isEmpty();
	}

	@Test
	void aPartitionThatIsNoMoreGivesWayToTheOneOfTheKey() {
		Coordinates here = bury(tenant.topics().commands(Users.TYPE), 1, TIME, "here", "GONE");
		Coordinates gone = bury(tenant.topics().commands(Users.TYPE), 99, TIME, "gone", "GONE");
		assertThat(Objects.requireNonNull(this.letters.replay(here)).partition()).isEqualTo(1);
		Coordinates went = Objects.requireNonNull(this.letters.replay(gone));
		RecordMetadata ofItsKey = client.send(tenant.topics().commands(Users.TYPE), "gone",
				Client.headers(UUID.randomUUID(), "any"), null);
		assertThat(went.topicPartition()).hasToString(ofItsKey.topic() + "-" + ofItsKey.partition());
	}

	@Test
	void anotherTopicIsRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.letters.find(new Coordinates(tenant.topics().readModel(Tasks.TYPE), 0, 0)))
			.withMessageContaining(tenant.topics().deadLetters(Users.TYPE));
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.letters.newest(new Selection("elsewhere", null), 1));
		Coordinates stranger = bury(tenant.topics().commands(Users.TYPE), 0, TIME, "stranger", "GONE",
				tenant.topics().commands(Tasks.TYPE));
		assertThatExceptionOfType(NotReplayableException.class).isThrownBy(() -> this.letters.replay(stranger))
			.withMessageContaining("it says that it came from " + tenant.topics().commands(Tasks.TYPE));
	}

	private static Coordinates bury(String commands, int partition, long time, String key, String reason) {
		return bury(commands, partition, time, key, reason, commands);
	}

	private static Coordinates bury(String commands, int partition, long time, String key, String reason,
			String original) {
		Headers headers = Client.headers(UUID.randomUUID(), "any", EventHeaders.DLT_REASON, reason,
				EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC, original);
		headers.add(EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION, ByteBuffer.allocate(4).putInt(partition).array());
		headers.add(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET, ByteBuffer.allocate(8).putLong(4711).array());
		headers.add(EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP, ByteBuffer.allocate(8).putLong(time).array());
		RecordMetadata sent = client
			.send(new ProducerRecord<>(commands + "-dlt", partition % 2, time, Client.bytes(key), null, headers));
		return new Coordinates(sent.topic(), sent.partition(), sent.offset());
	}

}
