package dev.tidemark.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Breakpoint;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Ports;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can go wrong in the database, and who suffers for it.
 * <p>
 * A worker process with a small heap and its own database, since both have to fail; what
 * is done about which failure is in {@code FailurePolicyTests} and {@code
 * PollProcessorTests}.
 */
@Order(3)
class FailureTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private final Deployment deployment = Deployment.prepare(1);

	private final Client client = this.deployment.client();

	@AfterEach
	void close() {
		this.deployment.close();
	}

	@Test
	void aRecordThatFailsAloneIsDeadAndTheOthersOfItsBatchAreApplied() {
		this.deployment.execute("alter table tasks add constraint unheard_of check (title <> 'poison')");
		this.deployment.start();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
		this.deployment.stop();
		List<UUID> tasks = new ArrayList<>();
		RecordMetadata last = null;
		for (int i = 0; i < 500; i++) {
			tasks.add(UUID.randomUUID());
			last = this.client.send(UUID.randomUUID(), task(tasks.getLast(), (i == 321) ? "poison" : "title " + i));
		}
		this.deployment.start();
		this.client.awaitConsumed(Objects.requireNonNull(last));
		List<ConsumerRecord<byte[], byte[]>> events = this.client.newEvents();
		UUID poisoned = tasks.remove(321);
		assertThat(events)
			.filteredOn((event) -> event.topic().equals(this.deployment.tenant().topics().deadLetters(Tasks.TYPE)))
			.singleElement()
			.satisfies((letter) -> {
				assertThat(Client.text(letter.key())).isEqualTo(poisoned.toString());
				assertThat(Client.header(letter, EventHeaders.DLT_REASON)).isEqualTo("UNPROCESSABLE");
			});
		assertThat(events)
			.filteredOn((event) -> event.topic().equals(this.deployment.tenant().topics().readModel(Tasks.TYPE)))
			.extracting((event) -> UUID.fromString(Client.text(event.key())))
			.containsExactlyElementsOf(tasks);
		assertThat(this.deployment.query("select count(*) from tasks")).containsExactly("499");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "dev.tidemark.worker.batch.CommandDecider#discard!" })
	void aWaitingCommandThatFailsAloneIsDeadAndTheOthersOfItsQueueAreApplied(String thenKilledAt) throws IOException {
		this.deployment.execute("alter table tasks add constraint unheard_of check (title <> 'poison')");
		UUID task = UUID.randomUUID();
		UUID poison = UUID.randomUUID();
		this.client.send(UUID.randomUUID(), task(task, "first"));
		this.client.send(UUID.randomUUID(), title(task, "second"));
		this.client.send(poison, title(task, "poison"), EventHeaders.CE_CORRELATIONID, "as it came");
		RecordMetadata last = this.client.send(UUID.randomUUID(),
				new UpdateTask(task, Field.absent(), Field.given("fourth"), Field.absent(), Field.absent()));
		int port = Ports.free();
		WorkerProcess worker = this.deployment.start(Breakpoint.environment(port)).awaitReady();
		this.client.awaitConsumed(last);
		if (thenKilledAt.isEmpty()) {
			this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH));
		}
		else {
			try (Breakpoint breakpoint = Breakpoint.set(port, thenKilledAt)) {
				this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH));
				breakpoint.awaitHit();
				worker.kill();
			}
			this.deployment.start();
		}
		Awaitility.await().until(() -> this.deployment.query("select from deferred_command").isEmpty());
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RepublishTask(UUID.randomUUID())));
		List<ConsumerRecord<byte[], byte[]>> events = this.client.newEvents();
		assertThat(events)
			.filteredOn((event) -> event.topic().equals(this.deployment.tenant().topics().readModel(Tasks.TYPE))
					&& Client.text(event.key()).equals(task.toString()))
			.extracting((event) -> Client.header(event, EventHeaders.CE_VERSION))
			.containsExactly("1", "2", "3");
		assertThat(this.deployment.query("select title, description, version from tasks"))
			.containsExactly("second|fourth|3");
		List<ConsumerRecord<byte[], byte[]>> letters = events.stream()
			.filter((event) -> event.topic().equals(this.deployment.tenant().topics().deadLetters(Tasks.TYPE)))
			.toList();
		assertThat(letters).hasSize(1);
		ConsumerRecord<byte[], byte[]> letter = letters.getFirst();
		assertThat(Client.text(letter.key())).isEqualTo(task.toString());
		assertThat(Client.text(letter.value())).isEqualTo("{\"taskId\":\"%s\",\"title\":\"poison\"}".formatted(task));
		assertThat(Client.header(letter, EventHeaders.CE_ID)).isEqualTo(poison.toString());
		assertThat(Client.header(letter, EventHeaders.CE_CORRELATIONID)).isEqualTo("as it came");
		assertThat(Client.header(letter, EventHeaders.DLT_REASON)).isEqualTo("UNPROCESSABLE");
		assertThat(Client.header(letter, EventHeaders.DLT_DETAIL)).isEqualTo("fails alone: SQLSTATE 23514");
		// Its id is not taken.
		this.client.awaitConsumed(this.client.send(poison, title(task, "fifth")));
		assertThat(this.deployment.query("select title, version from tasks")).containsExactly("fifth|4");
	}

	@Test
	void aReadOnlyDatabaseIsWaitedForAndNothingIsDead() throws Exception {
		WorkerProcess worker = this.deployment.start().worker();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
		this.client.newEvents();
		String database = this.deployment.tenant().database().name();
		this.deployment.execute("alter database " + database + " set default_transaction_read_only = on");
		this.deployment.execute("set transaction read write; select pg_terminate_backend(pid) from pg_stat_activity "
				+ "where datname = current_database() and pid <> pg_backend_pid()");
		RecordMetadata waiting = this.client.send(UUID.randomUUID(), task(UUID.randomUUID(), "waits"));
		Awaitility.await().until(() -> !worker.isReady());
		assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
		// However often it is tried, the topic does not grow with what is withdrawn.
		long length = lengthOfTaskReadModel();
		long attempts = rollbacks();
		Awaitility.await().until(() -> rollbacks() > attempts + 1);
		assertThat(lengthOfTaskReadModel()).isEqualTo(length);
		this.deployment
			.execute("set transaction read write; alter database " + database + " reset default_transaction_read_only");
		this.client.awaitConsumed(waiting);
		assertThat(this.client.newEvents()).extracting((event) -> Client.header(event, EventHeaders.CE_TYPE))
			.containsExactly("dev.tidemark.task.snapshot.v1");
		Awaitility.await().until(worker::isReady);
	}

	/** Offsets are of all records, those that have been withdrawn, too. */
	private long lengthOfTaskReadModel() throws Exception {
		TopicPartition partition = new TopicPartition(this.deployment.tenant().topics().readModel(Tasks.TYPE), 0);
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", this.deployment.tenant().bootstrapServers()))) {
			return admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition).get().offset();
		}
	}

	private long rollbacks() {
		return Long.parseLong(
				this.deployment.query("select xact_rollback from pg_stat_database where datname = current_database()")
					.getFirst());
	}

	@Test
	void aDeadLetterTopicThatIsMissingIsWaitedForAndNothingIsLost() throws Exception {
		WorkerProcess worker = this.deployment.start().worker();
		String topic = this.deployment.tenant().topics().deadLetters(Tasks.TYPE);
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", this.deployment.tenant().bootstrapServers()))) {
			admin.deleteTopics(List.of(topic)).all().get();
			RecordMetadata malformed = this.client.send(this.deployment.tenant().topics().commands(Tasks.TYPE), "key",
					Client.headers(UUID.randomUUID(), "dev.tidemark.task.misspelt.v1"), Client.bytes("{}"));
			Awaitility.await().until(() -> !worker.isReady());
			assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
			admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
			this.client.awaitConsumed(malformed);
			assertThat(this.client.newEvents()).singleElement().extracting(ConsumerRecord::topic).isEqualTo(topic);
		}
		Awaitility.await().until(worker::isReady);
	}

	@Test
	void aRecordAsLargeAsItsTopicTakesCanBeADeadLetter() throws Exception {
		String topic = this.deployment.tenant().topics().deadLetters(Tasks.TYPE);
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", this.deployment.tenant().bootstrapServers()))) {
			admin.deleteTopics(List.of(topic)).all().get();
		}
		this.deployment.start(Map.of("TIDEMARK_TOPICS_CREATE", "true")).awaitReady();
		byte[] large = new byte[1_048_300];
		Arrays.fill(large, (byte) 'x');
		this.client.awaitConsumed(this.client.send(this.deployment.tenant().topics().commands(Tasks.TYPE), "key",
				new RecordHeaders(), large));
		assertThat(this.client.newEvents()).singleElement().satisfies((letter) -> {
			assertThat(letter.topic()).isEqualTo(topic);
			assertThat(letter.value()).isEqualTo(large);
		});
	}

	/**
	 * What a poll holds is in memory several times over, so records are not all that
	 * bounds it.
	 */
	@Test
	void aBacklogOfLargeCommandsFitsIntoASmallHeap() throws Exception {
		applyBacklogOfLargeCommands("uncompressed", Map.of("_JAVA_OPTIONS", "-Xmx96m", "TIDEMARK_CONCURRENCY", "2"));
	}

	/**
	 * Compressed, a thousand of them are one small fetch and one poll, of 60 MB.
	 */
	@Test
	void aBacklogOfLargeCommandsThatCompressWellIsTakenInParts() throws Exception {
		applyBacklogOfLargeCommands("gzip", Map.of("_JAVA_OPTIONS", "-Xmx192m", "TIDEMARK_CONCURRENCY", "1"));
	}

	/**
	 * Lets a worker apply a thousand commands of 60 kB.
	 * @param compression what the broker makes of them
	 * @param settings the worker's; of all places where a JVM takes options from,
	 * {@code _JAVA_OPTIONS} has the last word
	 */
	private static void applyBacklogOfLargeCommands(String compression, Map<String, String> settings) throws Exception {
		try (Deployment several = Deployment.prepare(12)) {
			configure(several, several.tenant().topics().commands(Tasks.TYPE), "compression.type", compression);
			several.start();
			several.client().awaitConsumed(several.client().send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
			several.stop();
			String description = "0123456789".repeat(6_000);
			for (int i = 0; i < 1_000; i++) {
				several.client()
					.send(UUID.randomUUID(),
							new CreateTask(UUID.randomUUID(), "Large", "amara", description, TaskStatus.PENDING));
			}
			WorkerProcess worker = several.start(settings);
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.until(() -> !worker.isAlive() || several.query("select count(*) from tasks").equals(List.of("1000")));
			assertThat(worker.isAlive()).describedAs("%s", worker).isTrue();
		}
	}

	private static void configure(Deployment deployment, String topic, String name, String value) throws Exception {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", deployment.tenant().bootstrapServers()))) {
			admin
				.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic),
						List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
				.all()
				.get();
		}
	}

	@Test
	void tooManyDeadLettersStopTheIntakeBeforeTheyAreWritten() {
		WorkerProcess worker = this.deployment.start(Map.of("TIDEMARK_GUARD_MAX_RUN", "20")).awaitReady();
		RecordMetadata first = this.client.send(UUID.randomUUID(), new RepublishTask(UUID.randomUUID()));
		this.client.awaitConsumed(first);
		this.client.newEvents();
		worker.suspend();
		for (int i = 0; i < 30; i++) {
			this.client.send(this.deployment.tenant().topics().commands(Tasks.TYPE), "key",
					Client.headers(UUID.randomUUID(), "dev.tidemark.task.misspelt.v1"), Client.bytes("{}"));
		}
		worker.resume();
		Awaitility.await().until(() -> worker.output().contains("dead letters in a row"));
		assertThat(worker.isReady()).isFalse();
		worker.kill();
		// The same with the limit that the message speaks of raised.
		this.deployment.start(Map.of("TIDEMARK_GUARD_MAX_RUN", "30")).awaitReady();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RepublishTask(UUID.randomUUID())));
		assertThat(this.client.newEvents())
			.filteredOn((event) -> event.topic().equals(this.deployment.tenant().topics().deadLetters(Tasks.TYPE)))
			.hasSize(30);
	}

	@Test
	void aSnapshotThatIsTooLargeForItsTopicIsDeadAndItsCommandHasNotHappened() throws Exception {
		String topic = this.deployment.tenant().topics().readModel(Tasks.TYPE);
		configure(this.deployment, topic, "max.message.bytes", "40000");
		this.deployment.start();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
		UUID large = UUID.randomUUID();
		this.client.send(UUID.randomUUID(),
				new CreateTask(large, "Large", "amara", "潮".repeat(20_000), TaskStatus.PENDING));
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), task(UUID.randomUUID(), "Small")));
		assertThat(this.client.newEvents())
			.filteredOn((event) -> event.topic().equals(this.deployment.tenant().topics().deadLetters(Tasks.TYPE)))
			.singleElement()
			.satisfies((letter) -> assertThat(Client.header(letter, EventHeaders.DLT_DETAIL)).contains("too large"));
		assertThat(this.deployment.query("select title from tasks")).containsExactly("Small");
	}

	@Test
	void aHashThatCannotBeWrittenIsShownNowhereAndCanBeSentAgain() throws IOException {
		PasswordHash sentinel = new PasswordHash("$2a$04$SENTINELu8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL1");
		this.deployment.execute("alter table users add constraint unheard_of check (username <> 'poison')");
		WorkerProcess worker = this.deployment.start().worker();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RegisterUser("poison", sentinel)));
		ConsumerRecord<byte[], byte[]> letter = this.client.newEvents().getFirst();
		assertThat(letter.topic()).isEqualTo(this.deployment.tenant().topics().deadLetters(Users.TYPE));
		assertThat(Client.header(letter, EventHeaders.DLT_REASON)).isEqualTo("UNPROCESSABLE");
		assertThat(letter.headers()).noneMatch((header) -> Client.text(header.value()).contains("SENTINEL"));
		this.deployment.execute("alter table users drop constraint unheard_of");
		this.client.awaitConsumed(this.client.send(this.deployment.tenant().topics().commands(Users.TYPE), "poison",
				letter.headers(), letter.value()));
		assertThat(this.client.newEvents()).singleElement().satisfies((event) -> {
			assertThat(Client.text(event.value())).contains("poison").doesNotContain("SENTINEL");
			assertThat(event.headers()).noneMatch((header) -> Client.text(header.value()).contains("SENTINEL"));
		});
		assertThat(worker.output()).doesNotContain("SENTINEL");
		assertThat(worker.get("/actuator/prometheus").body()).doesNotContain("SENTINEL");
	}

	@Test
	void aSchemaThatIsBehindEndsTheWorkerWithOneClearLine() {
		Map<String, String> environment = this.deployment.tenant().environment();
		assertThat(WorkerProcess.run(environment, "migrate", "downgrade", "-1").exitCode()).isZero();
		WorkerProcess.Completed end = WorkerProcess.run(environment);
		assertThat(end.exitCode()).isEqualTo(1);
		assertThat(end.errors().lines()).singleElement()
			.asString()
			.contains("9001-index-waiting-commands")
			.contains("migrate upgrade");
	}

	private static UpdateTask title(UUID taskId, String title) {
		return new UpdateTask(taskId, Field.given(title), Field.absent(), Field.absent(), Field.absent());
	}

	private static CreateTask task(UUID taskId, String title) {
		return new CreateTask(taskId, title, "amara", null, TaskStatus.PENDING);
	}

}
