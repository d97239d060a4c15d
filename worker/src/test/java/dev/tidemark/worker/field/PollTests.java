package dev.tidemark.worker.field;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Ports;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Whatever comes out of a poll and out of a commit: it has a word, one line, a gauge, and
 * an end; and no more stands still than has to.
 * <p>
 * A worker process, since it is Kafka's own consumer that fails, and a broker's disk that
 * is damaged.
 */
@Order(3)
@ExtendWith(LineTable.class)
class PollTests {

	private static final String PARTITION_UNREADABLE = "PARTITION_UNREADABLE";

	private static final String UNREADABLE = "tidemark_partitions_unreadable";

	private static final Deployment deployment = Deployment.prepare(2, "TIDEMARK_CONCURRENCY", "1");

	private static final Client client = deployment.client();

	private static WorkerProcess worker;

	@BeforeAll
	static void start() {
		worker = deployment.start().worker();
		client.awaitConsumed(client.send(UUID.randomUUID(), Commands.register("amara")));
	}

	@AfterAll
	static void stop() {
		deployment.close();
	}

	/**
	 * Each in a worker of its own: with one consumer, so that what goes on is its other
	 * partitions, and in either protocol.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "classic", "consumer" })
	void aBatchThatIsCorruptHoldsUpItsPartitionAlone(String protocol) {
		try (Deployment own = Deployment.prepare(3, "TIDEMARK_CONCURRENCY", "1",
				"SPRING_KAFKA_CONSUMER_PROPERTIES_GROUP_PROTOCOL", protocol);
				Topics topics = new Topics(own.tenant().bootstrapServers())) {
			WorkerProcess running = own.start().worker();
			TopicPartition broken = new TopicPartition(own.tenant().topics().commands(Tasks.TYPE), 0);
			own.client().awaitConsumed(own.client().send(UUID.randomUUID(), Commands.register("amara")));
			running.suspend();
			RecordMetadata before = send(own, 0, "before");
			RecordMetadata corrupt = send(own, 0, "corrupt");
			RecordMetadata behind = send(own, 0, "behind");
			RecordMetadata beside = send(own, 1, "beside");
			Corruption corruption = Corruption.of(Stack.shared(), corrupt);
			try (Fault fault = Fault.of("a corrupt batch, protocol " + protocol, running)) {
				running.resume();
				own.client().awaitConsumed(before, beside);
				fault.isNamed("intake", PARTITION_UNREADABLE);
				fault.isMeasured(1, UNREADABLE);
				fault.isMeasured(2, "tidemark_consumer_lag", "topic=\"%s\"".formatted(broken.topic()),
						"partition=\"0\"");
				fault.staysNamed("intake", PARTITION_UNREADABLE, Duration.ofSeconds(6));
				own.client().awaitConsumed(send(own, 1, "meanwhile"), send(own, 2, "meanwhile"));
				fault.isToldOnce("WARN", broken + "@" + corrupt.offset());
				assertThat(body(running)).contains("\"partitions\":[\"%s@%d\"]".formatted(broken, corrupt.offset()));
				assertThat(since(running, "partitions")).isPositive();
				if (protocol.equals("classic")) {
					isPassedOver(own, topics, before, corrupt);
				}
				else {
					corruption.mend();
				}
				own.client().awaitConsumed(behind);
				fault.ends();
				fault.isMeasured(0, UNREADABLE);
				fault.isMeasured(0, "tidemark_consumer_lag");
			}
			assertThat(own.query("select title from tasks where title <> 'meanwhile' order by 1"))
				.containsExactlyElementsOf(protocol.equals("classic") ? List.of("before", "behind", "beside")
						: List.of("before", "behind", "beside", "corrupt"));
		}
	}

	private static void isPassedOver(Deployment own, Topics topics, RecordMetadata readable, RecordMetadata corrupt) {
		TopicPartition partition = new TopicPartition(corrupt.topic(), corrupt.partition());
		own.client().newEvents();
		// What can be read is nobody's to pass over.
		assertThat(skip(own, partition, readable.offset()).exitCode()).isNotZero();
		assertThat(skip(own, partition, corrupt.offset(), "--dry-run").exitCode()).isZero();
		assertThat(topics.committed(own.tenant().groupId(), partition)).isEqualTo(corrupt.offset());
		assertThat(own.client().newEvents()).isEmpty();
		WorkerProcess.Completed skipped = skip(own, partition, corrupt.offset());
		assertThat(skipped.exitCode()).describedAs("%s", skipped).isZero();
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> topics.committed(own.tenant().groupId(), partition) > corrupt.offset() + 1);
		List<ConsumerRecord<byte[], byte[]>> events = own.client().newEvents();
		assertThat(events).filteredOn((event) -> event.topic().equals(own.tenant().topics().deadLetters(Tasks.TYPE)))
			.singleElement()
			.satisfies((letter) -> {
				assertThat(Client.header(letter, EventHeaders.DLT_REASON)).isEqualTo("UNREADABLE");
				assertThat(letter.key()).isNull();
				assertThat(letter.value()).isNull();
				assertThat(Client.header(letter, EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC)).isEqualTo(corrupt.topic());
			});
	}

	private static WorkerProcess.Completed skip(Deployment own, TopicPartition partition, long offset, String... more) {
		return WorkerProcess.run(own.tenant().environment(),
				Stream.concat(Stream.of("records", "skip", partition + "@" + offset), Stream.of(more))
					.toArray(String[]::new));
	}

	/**
	 * In a worker of its own, with a temporary directory that nothing runs from. A
	 * partition that stands still with the first record in snappy, in a year, would be
	 * too late.
	 */
	@Test
	void aCodecWhoseLibraryCannotBeLoadedIsToldAtTheStart(@TempDir Path directory) throws Exception {
		assumeTrue(mount(directory), "This user may mount nothing: a /tmp that is not executable was NOT tried");
		try {
			Map<String, String> environment = new HashMap<>(deployment.tenant().environment());
			environment.put("MANAGEMENT_PORT", String.valueOf(Ports.free()));
			environment.put("_JAVA_OPTIONS", "-Djava.io.tmpdir=" + directory);
			WorkerProcess.Completed end = WorkerProcess.run(environment);
			assertThat(end.errors().lines()).filteredOn((line) -> !line.startsWith("Picked up"))
				.describedAs("%s", end)
				.singleElement()
				.asString()
				.contains("snappy", directory.toString(), "java.io.tmpdir");
			assertThat(end.exitCode()).isEqualTo(1);
		}
		finally {
			command("umount", directory.toString());
		}
	}

	private static boolean mount(Path directory) throws Exception {
		return command("mount", "-t", "tmpfs", "-o", "noexec,size=64m", "tmpfs", directory.toString());
	}

	private static boolean command(String... command) throws IOException, InterruptedException {
		Process process;
		try {
			process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
		}
		catch (IOException ex) {
			// There is no such command here.
			return false;
		}
		return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
	}

	@Test
	void anEventOfDurableRowsThatIsTooLargeIsNamedAndGoesOutWhenItsTopicTakesIt() {
		String topic = deployment.tenant().topics().readModel(Tasks.TYPE);
		try (Topics topics = new Topics(deployment.tenant().bootstrapServers());
				Fault fault = Fault.of("an event larger than its topic takes", worker)) {
			client.newEvents();
			// After the worker has seen what the topic takes.
			topics.set(topic, "max.message.bytes", "2000");
			UUID task = UUID.randomUUID();
			RecordMetadata large = client.send(Commands.record(deployment.tenant().topics().commands(Tasks.TYPE), 0,
					UUID.randomUUID(), new CreateTask(task, "large", "amara", "d".repeat(5_000), TaskStatus.PENDING)));
			fault.isNamed("intake", "EVENT_TOO_LARGE");
			assertThat(since(worker, "event-size")).isPositive();
			fault.staysNamed("intake", "EVENT_TOO_LARGE", Duration.ofSeconds(6));
			fault.isToldOnce("WARN", topic);
			assertThat(deployment.query("select version from tasks where task_id = ?", task)).containsExactly("1");
			topics.set(topic, "max.message.bytes", "1048588");
			client.awaitConsumed(large);
			fault.ends();
			assertThat(client.newEvents()).singleElement().satisfies((event) -> {
				assertThat(event.topic()).isEqualTo(topic);
				assertThat(Client.text(event.key())).isEqualTo(task.toString());
				assertThat(Client.header(event, EventHeaders.CE_VERSION)).isEqualTo("1");
			});
		}
	}

	@Test
	void aDeadlockIsNoFault() {
		deployment.execute("create sequence deadlocks");
		// A sequence counts on when its transaction is rolled back.
		deployment.execute("""
				create function deadlock() returns trigger language plpgsql as $$
				begin
				  if new.title = 'deadlock' and nextval('deadlocks') <= 2 then
				    raise exception using errcode = 'deadlock_detected';
				  end if;
				  return new;
				end $$""");
		deployment.execute("create trigger deadlock before insert on tasks for each row execute function deadlock()");
		try (Fault fault = Fault.of("two deadlocks, one after the other", worker)) {
			RecordMetadata sent = send(deployment, 0, "deadlock");
			fault.leavesReady(Duration.ofSeconds(2));
			client.awaitConsumed(sent);
			assertThat(deployment.query("select last_value from deadlocks")).containsExactly("3");
			assertThat(fault.lines()).noneMatch((line) -> line.contains("waits"));
		}
		finally {
			deployment.execute("drop trigger deadlock on tasks");
		}
	}

	/**
	 * In a worker of its own, whose intake stops for good. One good command amid a poll
	 * does not excuse the rest of it.
	 */
	@Test
	void theGuardsLimitIsTheLimit() throws IOException {
		try (Deployment own = Deployment.prepare(1, "TIDEMARK_CONCURRENCY", "1", "TIDEMARK_GUARD_MAX_RUN", "100");
				Sender sender = new Sender(own.tenant().bootstrapServers())) {
			String topic = own.tenant().topics().commands(Tasks.TYPE);
			List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
			for (int i = 0; i < 3_000; i++) {
				ProducerRecord<byte[], byte[]> good = Commands.record(topic, 0, UUID.randomUUID(),
						Commands.create(UUID.randomUUID(), "not under its key"));
				records.add((i == 150) ? good
						: new ProducerRecord<>(topic, 0, Client.bytes("key"), good.value(), good.headers()));
			}
			sender.send(records);
			WorkerProcess running = own.start(Map.of());
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.ignoreExceptions()
				.until(() -> body(running).contains("TOO_MANY_DEAD_LETTERS"));
			try (Fault fault = Fault.of("3,000 malformed commands", running)) {
				fault.staysNamed("intake", "TOO_MANY_DEAD_LETTERS", Duration.ofSeconds(4));
				assertThat(running.metric("tidemark_dead_letters_total")).isLessThanOrEqualTo(100);
				assertThat(running.metric("tidemark_intake_stopped")).isOne();
			}
			assertThat(own.client().newEvents()).hasSizeLessThanOrEqualTo(100);
		}
	}

	private static RecordMetadata send(Deployment deployment, int partition, String title) {
		return deployment.client()
			.send(Commands.record(deployment.tenant().topics().commands(Tasks.TYPE), partition, UUID.randomUUID(),
					Commands.create(UUID.randomUUID(), title)));
	}

	private static String body(WorkerProcess worker) {
		try {
			return worker.get("/actuator/health/readiness").body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static double since(WorkerProcess worker, String awaited) {
		try {
			return worker.metric("tidemark_waiting_since_seconds", "for=\"%s\"".formatted(awaited));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
