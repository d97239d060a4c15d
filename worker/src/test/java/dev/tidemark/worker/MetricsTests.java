package dev.tidemark.worker;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is counted of commands, and what is said of them in the log as a machine reads it.
 * <p>
 * A worker process, since what a scrape and the log of a process show is meant.
 */
class MetricsTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final Deployment deployment = Deployment.prepare(2, "TIDEMARK_DEFER_SWEEP", "200ms",
			"TIDEMARK_GUARD_MAX_RUN", "20", "LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");

	private static final Client client = deployment.client();

	@BeforeAll
	static void start() {
		deployment.start();
	}

	@AfterAll
	static void stop() {
		deployment.close();
	}

	@Test
	void everyMetricIsThereBeforeAnythingHasHappened() throws IOException {
		List<String> lines = deployment.worker().metrics().filter((line) -> line.startsWith("tidemark_")).toList();
		assertThat(lines).map((line) -> line.replaceAll("[{ ].*", ""))
			.contains("tidemark_commands_total", "tidemark_rejections_total", "tidemark_dead_letters_total",
					"tidemark_command_age_seconds_bucket", "tidemark_batch_records_count",
					"tidemark_batch_phase_seconds_count", "tidemark_oldest_unprocessed_age_seconds",
					"tidemark_deferred_commands", "tidemark_deferred_oldest_age_seconds",
					"tidemark_waiting_since_seconds", "tidemark_intake_stopped", "tidemark_schema_behind",
					"tidemark_consumers", "tidemark_partitions_assigned");
		assertThat(deployment.worker().metric("tidemark_partitions_assigned"))
			.isEqualTo(2.0 * Catalogue.installed().aggregates().size());
		assertThat(deployment.worker().metric("tidemark_consumers", "state=\"running\""))
			.isEqualTo(deployment.worker().metric("tidemark_consumers", "state=\"expected\""))
			.isPositive();
		System.out.printf("%d samples of %d are the worker's own%n", lines.size(),
				deployment.worker().metrics().count());
	}

	@Test
	void whatComesOfACommandIsCountedOnce() throws IOException {
		String user = UUID.randomUUID().toString();
		UUID id = UUID.randomUUID();
		double applied = commands("user.register.v1", "applied");
		double asked = age("asked");
		double recorded = age("recorded");
		client.awaitConsumed(client.send(id, new RegisterUser(user, HASH)),
				client.send(id, new RegisterUser(user, HASH)),
				client.send(UUID.randomUUID(), new RegisterUser(user, HASH)),
				client.send(UUID.randomUUID(), new DeleteTask(UUID.randomUUID())));
		awaitCommands("user.register.v1", "applied", applied + 1);
		awaitCommands("user.register.v1", "duplicate", 1);
		awaitCommands("user.register.v1", "rejected", 1);
		awaitCommands("task.delete.v1", "rejected", 1);
		assertThat(deployment.worker().metric("tidemark_rejections_total", "reason=\"USER_ALREADY_EXISTS\"")).isOne();
		assertThat(deployment.worker().metric("tidemark_rejections_total", "reason=\"TASK_NOT_FOUND\"")).isOne();
		assertThat(age("asked")).isEqualTo(asked + 1);
		assertThat(age("recorded")).isEqualTo(recorded + 1);
		for (String phase : List.of("decode", "load", "send", "flush", "commit", "publish")) {
			assertThat(
					deployment.worker().metric("tidemark_batch_phase_seconds_count", "phase=\"%s\"".formatted(phase)))
				.isPositive();
		}
	}

	@Test
	void aDeferredCommandIsCountedAndItsAgeGrowsUntilItGoesOn() throws IOException {
		String user = UUID.randomUUID().toString();
		client.awaitConsumed(client.send(UUID.randomUUID(),
				new CreateTask(UUID.randomUUID(), "Title", user, null, TaskStatus.PENDING)));
		awaitCommands("task.create.v1", "deferred", 1);
		WorkerProcess worker = deployment.worker();
		Awaitility.await().until(() -> worker.metric("tidemark_deferred_commands") == 1);
		double age = worker.metric("tidemark_deferred_oldest_age_seconds");
		Awaitility.await().until(() -> worker.metric("tidemark_deferred_oldest_age_seconds") > age + 1);
		worker.metrics()
			.filter((line) -> line.startsWith("tidemark_deferred"))
			.forEach((line) -> System.out.println("old deferred command: " + line));
		client.awaitConsumed(client.send(UUID.randomUUID(), new RegisterUser(user, HASH)));
		awaitCommands("task.create.v1", "applied", 1);
		Awaitility.await().until(() -> worker.metric("tidemark_deferred_commands") == 0);
		assertThat(worker.metric("tidemark_deferred_oldest_age_seconds")).isZero();
	}

	@Test
	void aDeadLetterIsCountedAndLoggedWithItsFieldsAndWithoutItsPayload() throws IOException {
		UUID id = UUID.randomUUID();
		String secret = "correct horse battery staple";
		RecordMetadata sent = client.send(deployment.tenant().topics().commands(Users.TYPE), "bob",
				Client.headers(id, "dev.tidemark.user.register.v1"),
				Client.bytes("{\"username\":\"bob\",\"passwordHash\":\"" + secret + "\"}"));
		client.awaitConsumed(sent);
		Awaitility.await()
			.until(() -> deployment.worker()
				.metric("tidemark_dead_letters_total", "reason=\"MALFORMED_DATA\"",
						"topic=\"%s\"".formatted(sent.topic())) == 1);
		String line = deployment.worker()
			.output()
			.lines()
			.filter((each) -> each.contains(id.toString()))
			.findFirst()
			.orElseThrow();
		JsonNode json = JsonMapper.shared().readTree(line);
		assertThat(json.at("/log/level").asString()).isEqualTo("WARN");
		assertThat(json.at("/service/name").asString()).isEqualTo("tidemark");
		assertThat(json.at("/command_id").asString()).isEqualTo(id.toString());
		assertThat(json.at("/topic").asString()).isEqualTo(sent.topic());
		assertThat(json.at("/partition").asInt()).isEqualTo(sent.partition());
		assertThat(json.at("/offset").asLong()).isEqualTo(sent.offset());
		assertThat(json.at("/reason").asString()).isEqualTo("MALFORMED_DATA");
		assertThat(deployment.worker().output()).doesNotContain(secret);
		System.out.println("dead letter: " + line);
	}

	@Test
	void aBurstOfPoisonStopsTheIntakeAndFloodsNothing() throws IOException {
		try (Deployment poisoned = Deployment.prepare(1)) {
			WorkerProcess worker = poisoned.start(Map.of("TIDEMARK_GUARD_MAX_RUN", "100")).awaitReady();
			for (int i = 0; i < 90; i++) {
				poison(poisoned);
			}
			Awaitility.await().until(() -> worker.metric("tidemark_dead_letters_total") == 90);
			assertThat(worker.output().lines().filter((line) -> line.contains("is a dead letter"))).hasSize(20);
			assertThat(worker.output()).containsOnlyOnce("More dead letters come");
			for (int i = 0; i < 20; i++) {
				poison(poisoned);
			}
			Awaitility.await()
				.untilAsserted(() -> assertThat(worker.get("/actuator/health/readiness").body())
					.contains("\"intake\":{\"details\":{\"reason\":\"TOO_MANY_DEAD_LETTERS\""));
			assertThat(worker.metric("tidemark_intake_stopped")).isOne();
			assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
			System.out.printf("poison burst%n  %s%n", worker.get("/actuator/health/readiness").body());
			worker.metrics()
				.filter((line) -> line.matches("tidemark_(intake|dead|waiting).*") && !line.endsWith(" 0.0"))
				.forEach((line) -> System.out.println("  " + line));
			System.out.println(worker.output().indent(2));
		}
	}

	private static void poison(Deployment poisoned) {
		poisoned.client()
			.send(poisoned.tenant().topics().commands(Tasks.TYPE), "key",
					Client.headers(UUID.randomUUID(), "dev.tidemark.task.misspelt.v1"), Client.bytes("{}"));
	}

	@Test
	void everyLineOfTheLogIsJson() {
		client.awaitConsumed(client.send(UUID.randomUUID(), new RepublishTask(UUID.randomUUID())));
		assertThat(deployment.worker().output().lines()).isNotEmpty()
			.allSatisfy((line) -> assertThat(JsonMapper.shared().readTree(line).at("/@timestamp").isString()).isTrue());
	}

	private static double commands(String type, String outcome) throws IOException {
		return deployment.worker()
			.metric("tidemark_commands_total", "type=\"dev.tidemark.%s\"".formatted(type),
					"outcome=\"%s\"".formatted(outcome));
	}

	private static void awaitCommands(String type, String outcome, double count) {
		Awaitility.await().untilAsserted(() -> assertThat(commands(type, outcome)).isEqualTo(count));
	}

	private static double age(String since) throws IOException {
		return deployment.worker().metric("tidemark_command_age_seconds_count", "since=\"%s\"".formatted(since));
	}

}
