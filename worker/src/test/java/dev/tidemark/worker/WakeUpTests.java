package dev.tidemark.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However many tasks wait, each is woken up once, and never all at a time.
 * <p>
 * Worker processes, since more than one of them looks for what can go on.
 */
@Order(3)
class WakeUpTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	@Test
	void aUserForWhomManyWaitWakesUpEachOnceAndWithoutASweep() {
		try (Deployment deployment = Deployment.prepare(2, "TIDEMARK_DEFER_SWEEP", "1h")) {
			List<RecordMetadata> last = new ArrayList<>();
			for (int i = 0; i < 1_200; i++) {
				last.add(create(deployment, "ليلى"));
			}
			deployment.start();
			deployment.client().awaitConsumed(last.toArray(RecordMetadata[]::new));
			deployment.client().send(UUID.randomUUID(), new RegisterUser("ليلى", HASH));
			Awaitility.await().until(() -> deployment.query("select from deferred_command").isEmpty());
			assertThat(deployment.query("select count(*) from tasks")).containsExactly("1200");
			List<String> woken = resumes(deployment);
			assertThat(woken).hasSize(1_200);
			assertThat(new HashSet<>(woken)).hasSize(1_200);
		}
	}

	/** Nobody can deliver what lies behind a transaction that a sender has left open. */
	@Test
	void whileResumesAreOnTheirWayNobodyIsWokenUpAgain() {
		try (Deployment deployment = Deployment.prepare(1, "TIDEMARK_DEFER_SWEEP", "100ms");
				KafkaProducer<byte[], byte[]> sender = transactional(deployment)) {
			deployment.start();
			RecordMetadata last = create(deployment, "ليلى");
			for (int i = 1; i < 50; i++) {
				last = create(deployment, "ليلى");
			}
			deployment.client().awaitConsumed(last);
			WorkerProcess first = deployment.worker();
			try (WorkerProcess second = deployment.start(Map.of()).awaitReady()) {
				sender.beginTransaction();
				var _ = sender.send(new ProducerRecord<>(deployment.tenant().topics().commands(Tasks.TYPE),
						Client.bytes("left open")));
				sender.flush();
				deployment.execute("""
						insert into users (username, password_hash, created_at, updated_at, version)
						values ('ليلى', 'x', now(), now(), 1)
						""");
				Awaitility.await()
					.until(() -> deployment.query("select from deferred_command where resume_offset is not null")
						.size(), (size) -> size == 50);
				for (int left = 49; left > 45; left--) {
					deployment.execute("""
							delete from deferred_command
							where command_id = (select command_id from deferred_command limit 1)
							""");
					// A sweep of each worker has seen it.
					for (WorkerProcess worker : List.of(first, second)) {
						double expected = left;
						Awaitility.await()
							.atMost(Duration.ofMinutes(1))
							.until(() -> worker.metric("tidemark_deferred_commands") == expected);
					}
				}
				List<String> woken = resumes(deployment);
				assertThat(woken).hasSize(50);
				assertThat(new HashSet<>(woken)).hasSize(50);
				sender.abortTransaction();
				Awaitility.await().until(() -> deployment.query("select from deferred_command").isEmpty());
				assertThat(resumes(deployment)).hasSize(50);
			}
			first.kill();
		}
	}

	private static KafkaProducer<byte[], byte[]> transactional(Deployment deployment) {
		KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers",
				deployment.tenant().bootstrapServers(), "transactional.id", "sender-" + UUID.randomUUID()),
				new ByteArraySerializer(), new ByteArraySerializer());
		producer.initTransactions();
		return producer;
	}

	@Test
	void aResumeThatIsLostIsSentAgain() {
		try (Deployment deployment = Deployment.prepare(1, "TIDEMARK_DEFER_SWEEP", "200ms")) {
			deployment.start();
			deployment.client().awaitConsumed(create(deployment, "ليلى"));
			// As of a topic that was made again, and of one whose records are gone.
			for (long offset : new long[] { Long.MAX_VALUE, 0 }) {
				deployment.execute("update deferred_command set resume_partition = 0, resume_offset = " + offset);
				Awaitility.await()
					.until(() -> deployment.query("select from deferred_command where resume_offset is not null")
						.isEmpty());
			}
		}
	}

	private static RecordMetadata create(Deployment deployment, String username) {
		return deployment.client()
			.send(UUID.randomUUID(), new CreateTask(UUID.randomUUID(), "Wait", username, null, TaskStatus.PENDING));
	}

	/** The keys of all resumes in the topic, in no order. */
	private static List<String> resumes(Deployment deployment) {
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", deployment.tenant().bootstrapServers()), new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor(deployment.tenant().topics().commands(Tasks.TYPE))
				.stream()
				.map((partition) -> new TopicPartition(partition.topic(), partition.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			List<String> keys = new ArrayList<>();
			while (ends.entrySet().stream().anyMatch((end) -> consumer.position(end.getKey()) < end.getValue())) {
				for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
					if (Tasks.RESUME.wireName().equals(Client.header(record, EventHeaders.CE_TYPE))) {
						keys.add(Client.text(record.key()));
					}
				}
			}
			return keys;
		}
	}

}
