package dev.tidemark.worker;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Breakpoint;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Ports;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What health, metrics and log say when something is wrong: each trouble is made, and
 * ended, under one worker that runs.
 * <p>
 * A worker process with servers of its own, since these are stopped and hang; which word
 * is said when is in {@code TroubleTests} and {@code WaitingTests}.
 */
@Order(4)
class HealthTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final Stack stack = Stack.start();

	private static final Deployment deployment = Deployment.prepare(stack, 2, "TIDEMARK_POLL_WITHIN", "3s");

	private static final Client client = deployment.client();

	@BeforeAll
	static void start() {
		deployment.start();
		client.awaitConsumed(client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
	}

	@AfterAll
	static void stop() {
		deployment.close();
		stack.close();
	}

	@Test
	void aDatabaseThatIsGoneIsNamedAndWhatPilesUpIsCounted() throws IOException {
		WorkerProcess worker = deployment.worker();
		double applied = worker.metric("tidemark_commands_total", "outcome=\"applied\"");
		stack.stopDatabase();
		awaitNotReady("database", "DATABASE_UNREACHABLE");
		List<RecordMetadata> sent = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			sent.add(client.send(UUID.randomUUID(),
					new CreateTask(UUID.randomUUID(), "Title", "amara", null, TaskStatus.PENDING)));
		}
		awaitMetric("tidemark_consumer_lag", 40);
		assertThat(worker.metric("tidemark_oldest_unprocessed_age_seconds")).isPositive();
		assertThat(worker.metric("tidemark_waiting_since_seconds", "for=\"database\"")).isPositive();
		assertAlive();
		show("database down, lag", "tidemark_waiting", "tidemark_consumer_lag", "tidemark_oldest");
		stack.startDatabase();
		client.awaitConsumed(sent.toArray(RecordMetadata[]::new));
		awaitReady();
		awaitMetric("tidemark_consumer_lag", 0);
		awaitMetric("tidemark_waiting_since_seconds", 0);
		assertThat(worker.metric("tidemark_oldest_unprocessed_age_seconds")).isZero();
		assertThat(worker.metric("tidemark_commands_total", "outcome=\"applied\"")).isEqualTo(applied + 40);
	}

	@Test
	void aDatabaseThatHangsIsNamedAndNoProbeHangsWithIt() throws Exception {
		try (Connection connection = deployment.tenant().database().connect();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("lock table databasechangelog in access exclusive mode");
			awaitNotReady("database", "DATABASE_UNREACHABLE");
			assertAlive();
			connection.rollback();
		}
		awaitReady();
	}

	@Test
	void aBrokerThatIsGoneIsNamedAlsoWhenNothingIsConsumed() throws IOException {
		stack.stopBroker();
		awaitNotReady("broker", "BROKER_UNREACHABLE");
		assertThat(deployment.worker().metric("tidemark_waiting_since_seconds", "for=\"kafka\"")).isPositive();
		assertAlive();
		show("broker down", "tidemark_waiting");
		stack.startBroker();
		awaitReady();
		awaitMetric("tidemark_waiting_since_seconds", 0);
	}

	@Test
	void aSchemaThatIsBehindIsNamed() throws IOException {
		migrate("stamp", "0005-create-intake-position");
		awaitNotReady("schema", "SCHEMA_BEHIND");
		assertThat(deployment.worker().metric("tidemark_schema_behind")).isOne();
		assertAlive();
		show("schema behind", "tidemark_schema", "tidemark_waiting");
		migrate("stamp", "head");
		awaitReady();
		assertThat(deployment.worker().metric("tidemark_schema_behind")).isZero();
	}

	private static void migrate(String... arguments) {
		List<String> command = new ArrayList<>(List.of("migrate"));
		command.addAll(List.of(arguments));
		assertThat(WorkerProcess.run(deployment.tenant().environment(), command.toArray(String[]::new)).exitCode())
			.isZero();
	}

	@Test
	void aConsumerThatDoesNotPollIsNotAlive() throws SQLException {
		RecordMetadata sent;
		try (Connection connection = deployment.tenant().database().connect();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("lock table command_log in access exclusive mode");
			sent = client.send(UUID.randomUUID(), new RepublishTask(UUID.randomUUID()));
			Awaitility.await().atMost(Duration.ofSeconds(14)).untilAsserted(() -> {
				HttpResponse<String> liveness = deployment.worker().get("/actuator/health/liveness");
				assertThat(liveness.statusCode()).isEqualTo(503);
				assertThat(liveness.body()).contains("\"reason\":\"CONSUMER_STALLED\"", "commands-");
			});
			connection.rollback();
		}
		client.awaitConsumed(sent);
		Awaitility.await().untilAsserted(HealthTests::assertAlive);
		awaitReady();
	}

	@Test
	void aWorkerWhoseConsumerHasDiedEnds() throws IOException {
		try (Deployment doomed = Deployment.prepare(stack, 1)) {
			int port = Ports.free();
			WorkerProcess worker = doomed.start(Breakpoint.environment(port)).awaitReady();
			try (Breakpoint breakpoint = Breakpoint.set(port, "dev.tidemark.worker.intake.PollProcessor#process")) {
				doomed.client().send(UUID.randomUUID(), new RegisterUser("amara", HASH));
				breakpoint.awaitHit();
				breakpoint.failWith(OutOfMemoryError.class);
			}
			assertThat(worker.awaitExit()).isEqualTo(1);
			assertThat(worker.output()).contains("commands-0 has ended by itself: the worker ends");
			System.out.printf("What a worker said whose consumer died:%n%s%n", worker.output().indent(4));
			// What it had in hand is not lost.
			doomed.start(Map.of());
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> doomed.query("select username from users").equals(List.of("amara")));
		}
	}

	private static void awaitNotReady(String component, String reason) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			HttpResponse<String> readiness = deployment.worker().get("/actuator/health/readiness");
			assertThat(readiness.statusCode()).isEqualTo(503);
			assertThat(readiness.body()).contains("\"%s\":{\"details\":{\"reason\":\"%s\"".formatted(component, reason))
				.doesNotContain("jdbc:", "Exception");
		});
	}

	private static void awaitReady() {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(deployment.worker()::isReady);
	}

	private static void assertAlive() throws IOException {
		assertThat(deployment.worker().get("/actuator/health/liveness").statusCode()).isEqualTo(200);
	}

	private static void awaitMetric(String name, double value) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(deployment.worker().metric(name)).isEqualTo(value));
	}

	/** Prints what somebody sees who is called at night. */
	private static void show(String condition, String... metrics) throws IOException {
		WorkerProcess worker = deployment.worker();
		List<String> lines = worker.output().lines().toList();
		System.out.printf("%s%n  %s%n  %s%n", condition, worker.get("/actuator/health/readiness").body(),
				worker.get("/actuator/health/liveness").body());
		worker.metrics()
			.filter((line) -> List.of(metrics).stream().anyMatch(line::startsWith) && !line.endsWith(" 0.0"))
			.forEach((line) -> System.out.println("  " + line));
		lines.subList(Math.max(0, lines.size() - 6), lines.size()).forEach((line) -> System.out.println("  " + line));
	}

}
