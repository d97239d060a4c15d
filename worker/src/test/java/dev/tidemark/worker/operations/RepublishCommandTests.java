package dev.tidemark.worker.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Snapshots published again, from the command line.
 * <p>
 * A worker process, since it is the only one that publishes.
 */
class RepublishCommandTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static Deployment deployment;

	private static Client client;

	@BeforeAll
	static void start() {
		deployment = Deployment.prepare(3).start();
		client = deployment.client();
		client.awaitConsumed(client.send(UUID.randomUUID(), new RegisterUser("ليلى", HASH)));
	}

	@AfterAll
	static void close() {
		deployment.close();
	}

	@Test
	void everyRowIsPublishedAgainAsItIs() {
		// More than a page of keys.
		deployment
			.execute("insert into users select 'user ' || n, 'x', now(), now(), n from generate_series(1, 2500) n");
		client.newEvents();
		Completed completed = run("republish", "users", "--rate", "100000");
		assertThat(completed.exitCode()).isZero();
		assertThat(completed.output())
			.startsWith("2,501 commands sent to " + deployment.tenant().topics().commands(Users.TYPE) + " in ");
		List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>();
		Awaitility.await().untilAsserted(() -> {
			events.addAll(client.newEvents());
			assertThat(events).hasSize(2501);
		});
		assertThat(events).extracting((event) -> Client.text(event.key()))
			.doesNotHaveDuplicates()
			.contains("user 1", "user 2500", "ليلى");
		assertThat(events).filteredOn((event) -> Client.text(event.key()).equals("user 77"))
			.singleElement()
			.satisfies((event) -> {
				assertThat(Client.header(event, EventHeaders.CE_VERSION)).isEqualTo("77");
				assertThat(event.topic()).isEqualTo(deployment.tenant().topics().readModel(Users.TYPE));
			});
		assertThat(deployment.query("select count(*) from users where version <> 1")).containsExactly("2499");
	}

	@Test
	void oneKeyGoesWhereItsCommandsGoAndNeedsNoRow() {
		UUID task = UUID.randomUUID();
		RecordMetadata created = client.send(UUID.randomUUID(),
				new CreateTask(task, "a", "ليلى", null, TaskStatus.PENDING));
		client.awaitConsumed(created);
		client.newEvents();
		UUID none = UUID.randomUUID();
		Completed completed = run("republish", "tasks", "--key", task.toString(), "--key", none.toString());
		assertThat(completed.exitCode()).isZero();
		assertThat(completed.output().lines()).hasSize(2)
			.first()
			.asString()
			.startsWith(task + ": command ")
			.contains(" is at " + created.topic() + "-" + created.partition() + "@");
		String id = completed.output().lines().findFirst().orElseThrow().split(" ", 0)[2];
		List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>();
		Awaitility.await().untilAsserted(() -> {
			events.addAll(client.newEvents());
			assertThat(events).hasSize(2);
		});
		assertThat(events).filteredOn((event) -> Client.text(event.key()).equals(task.toString()))
			.singleElement()
			.satisfies((event) -> {
				assertThat(Client.header(event, EventHeaders.CE_ID)).isEqualTo(id + ":applied");
				assertThat(event.value()).isNotNull();
			});
		assertThat(events).filteredOn((event) -> Client.text(event.key()).equals(none.toString()))
			.singleElement()
			.satisfies((event) -> assertThat(event.value()).isNull());
		assertThat(run("command", id, "--json").output()).contains("\"outcome\":\"applied\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "rows", "tasks users", "tasks --rate 0", "tasks --rate fast", "tasks --rate",
			"tasks --key x", "tasks --key 00000000-0000-0000-0000-00000000000A", "users --key=", "tasks --json" })
	void wrongUsageDoesNothing(String arguments) {
		List<String> words = new ArrayList<>(List.of("republish"));
		words.addAll(arguments.isEmpty() ? List.of() : List.of(arguments.split(" ")));
		Completed completed = run(words.toArray(String[]::new));
		assertThat(completed.exitCode()).isEqualTo(2);
		assertThat(completed.output()).isEmpty();
		assertThat(completed.errors().lines()).singleElement().asString().startsWith("republish: ");
	}

	private static Completed run(String... arguments) {
		return Cli.of(deployment.tenant()).run(List.of(arguments));
	}

}
