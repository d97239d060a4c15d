package dev.tidemark.worker.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether what was published is as the rows are, and how to mend it.
 * <p>
 * A worker process, since it has to be busy while topic and table are compared.
 */
class VerifyCommandTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private final Deployment deployment = Deployment.prepare(3).start();

	private final Client client = this.deployment.client();

	private final List<UUID> tasks = new ArrayList<>();

	@BeforeEach
	void makeRows() {
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RegisterUser("ليلى", HASH)));
		List<RecordMetadata> sent = new ArrayList<>();
		sent.add(this.client.send(UUID.randomUUID(), new RegisterUser("gone", HASH)));
		sent.add(this.client.send(UUID.randomUUID(), new DeleteUser("gone")));
		for (int i = 0; i < 10; i++) {
			UUID task = UUID.randomUUID();
			this.tasks.add(task);
			sent.add(this.client.send(UUID.randomUUID(),
					new CreateTask(task, "título " + i, "ليلى", (i % 2 == 0) ? "…" : null, TaskStatus.PENDING)));
			sent.add(this.client.send(UUID.randomUUID(), new CompleteTask(task)));
		}
		sent.add(this.client.send(UUID.randomUUID(), new DeleteTask(this.tasks.removeLast())));
		this.client.awaitConsumed(sent.toArray(RecordMetadata[]::new));
	}

	@AfterEach
	void close() {
		this.deployment.close();
	}

	@Test
	void fiveKeysBrokenInFiveWaysAreFoundAndMended() {
		assertThat(verify("tasks").output()).isEqualToIgnoringNewLines("9 tasks compared: the topic is as the table");
		assertThat(verify("users").output()).isEqualToIgnoringNewLines("1 users compared: the topic is as the table");
		assertThat(verify("users", "--json").output()).isEqualToIgnoringNewLines("[]");

		Map<String, List<ConsumerRecord<byte[], byte[]>>> published = new TreeMap<>();
		this.client.newEvents()
			.stream()
			.filter((event) -> event.topic().equals(this.deployment.tenant().topics().readModel(Tasks.TYPE)))
			.forEach((event) -> published.computeIfAbsent(Client.text(event.key()), (_) -> new ArrayList<>())
				.add(event));
		List<String> keys = this.tasks.stream().map(UUID::toString).toList();
		List<ConsumerRecord<byte[], byte[]>> any = published.getOrDefault(keys.get(3), List.of());
		String ghost = UUID.randomUUID().toString();
		// A tombstone of a row that is there; the version before the last; a snapshot of
		// no row; another title; another version in the header.
		publish(keys.get(0), any.getLast().headers(), null);
		publish(keys.get(1), published.getOrDefault(keys.get(1), List.of()).getFirst());
		publish(ghost, any.getLast().headers(), Client.text(any.getLast().value()).replace(keys.get(3), ghost));
		publish(keys.get(3), any.getLast().headers(), Client.text(any.getLast().value()).replace("título", "titulo"));
		Headers otherVersion = new RecordHeaders(any.getLast().headers());
		otherVersion.remove(EventHeaders.CE_VERSION);
		otherVersion.add(EventHeaders.CE_VERSION, Client.bytes("3"));
		publish(keys.get(4), otherVersion,
				Client.text(published.getOrDefault(keys.get(4), List.of()).getLast().value()));
		// The same, with its members and white space otherwise: no difference.
		JsonNode members = JsonMapper.shared()
			.readTree(published.getOrDefault(keys.get(5), List.of()).getLast().value());
		Map<String, JsonNode> sorted = new TreeMap<>();
		members.forEachEntry(sorted::put);
		publish(keys.get(5), any.getLast().headers(),
				JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(sorted));

		Completed text = verify("tasks", "--wait", "0");
		assertThat(text.exitCode()).isEqualTo(3);
		assertThat(text.output().lines()).containsExactlyInAnyOrder(
				"missing    " + keys.get(0) + "  (topic: none, table: version 2)",
				"stale      " + keys.get(1) + "  (topic: version 1, table: version 2)",
				"ghost      " + ghost + "  (topic: version 2, table: none)",
				"differing  " + keys.get(3) + "  (topic: version 2, table: version 2)",
				"differing  " + keys.get(4) + "  (topic: version 2, table: version 2)");
		assertThat(text.errors())
			.isEqualToIgnoringNewLines("9 tasks compared: 1 missing, 1 stale, 1 ghost, 2 differing; "
					+ "'republish tasks --key KEY' mends a key");
		Completed json = verify("tasks", "--wait=1", "--json");
		assertThat(json.exitCode()).isEqualTo(3);
		List<String> broken = JsonMapper.shared()
			.readTree(json.output())
			.valueStream()
			.map((difference) -> difference.path("key").asString())
			.toList();
		assertThat(broken).containsExactlyInAnyOrder(keys.get(0), keys.get(1), ghost, keys.get(3), keys.get(4));

		List<String> republish = new ArrayList<>(List.of("republish", "tasks"));
		broken.forEach((key) -> republish.addAll(List.of("--key", key)));
		assertThat(run(republish.toArray(String[]::new)).exitCode()).isZero();
		// Without --wait 0: what has been asked for is given time to come.
		assertThat(verify("tasks").output()).isEqualToIgnoringNewLines("9 tasks compared: the topic is as the table");
	}

	@Test
	void aWorkerThatIsBusyMeanwhileGivesNoFalseAlarm() throws InterruptedException {
		AtomicBoolean enough = new AtomicBoolean();
		Thread busy = Thread.ofVirtual().start(() -> {
			for (int i = 0; !enough.get(); i++) {
				UUID task = UUID.randomUUID();
				this.client.send(UUID.randomUUID(), new CreateTask(task, "new", "ليلى", null, TaskStatus.PENDING));
				this.client.send(UUID.randomUUID(), new UpdateTask(this.tasks.getFirst(), Field.given("hot " + i),
						Field.absent(), Field.absent(), Field.absent()));
				if (i % 2 == 0) {
					this.client.send(UUID.randomUUID(), new DeleteTask(task));
				}
			}
		});
		try {
			for (int i = 0; i < 3; i++) {
				Completed completed = verify("tasks");
				assertThat(completed.exitCode()).as(completed.output() + completed.errors()).isZero();
			}
		}
		finally {
			enough.set(true);
			busy.join();
		}
	}

	@Test
	void whatAStoppedWorkerHasNotPublishedIsMissing() {
		this.deployment.stop();
		UUID task = UUID.randomUUID();
		this.deployment.execute(
				"insert into tasks values ('%s', 'by hand', null, 'pending', 'ليلى', now(), now(), 1)".formatted(task));
		Completed completed = verify("tasks", "--wait", "0");
		assertThat(completed.exitCode()).isEqualTo(3);
		assertThat(completed.output())
			.isEqualToIgnoringNewLines("missing    " + task + "  (topic: none, table: version 1)");
	}

	private void publish(String key, ConsumerRecord<byte[], byte[]> like) {
		publish(key, like.headers(), Client.text(like.value()));
	}

	private void publish(String key, Headers headers, @Nullable String value) {
		this.client.send(new ProducerRecord<>(this.deployment.tenant().topics().readModel(Tasks.TYPE), null,
				Client.bytes(key), (value != null) ? Client.bytes(value) : null, headers));
	}

	private Completed verify(String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addFirst("verify");
		return run(all.toArray(String[]::new));
	}

	private Completed run(String... arguments) {
		return Cli.of(this.deployment.tenant()).run(List.of(arguments));
	}

}
