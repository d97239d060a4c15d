package dev.tidemark.worker;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Ports;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.WorkerProcess;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the real process makes of its settings: those that are wrong end it with lines on
 * standard error, whether servers answer or not.
 */
class SettingsTests {

	private static final PasswordHash HASH = new PasswordHash("$2a$10$" + "a".repeat(53));

	private static final String JAAS = "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"sentinel\";";

	@Test
	void allThatIsWrongIsALineEach() {
		Completed end = WorkerProcess.run(Map.of("TIDEMARK_DEFER_FOR", "banana", "TIDEMARK_CONCURRENCY", "0", "DB_PORT",
				"none", "MANAGEMENT_PORT", "banana", "TIDEMARK_CONSOLE", "true"));
		assertThat(end.exitCode()).isEqualTo(1);
		assertThat(end.output()).isEmpty();
		assertThat(end.errors().lines()).hasSize(5)
			.allSatisfy((line) -> assertThat(line).startsWith("tidemark: "))
			.anySatisfy((line) -> assertThat(line).startsWith("tidemark: TIDEMARK_DEFER_FOR is 'banana': it may be "))
			.anySatisfy((line) -> assertThat(line).startsWith("tidemark: DB_PORT is 'none': it may be "));
	}

	@Test
	void aPortThatIsTakenIsALine() throws IOException {
		try (ServerSocket taken = new ServerSocket(0)) {
			endsWith(Map.of("MANAGEMENT_PORT", Integer.toString(taken.getLocalPort())),
					"tidemark: MANAGEMENT_PORT is '" + taken.getLocalPort() + "': it may be a port that is free");
		}
	}

	@Test
	void aSettingOfSpringBootsIsALine() {
		endsWith(
				Map.of("MANAGEMENT_PORT", Integer.toString(Ports.free()), "SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE",
						"many"),
				"tidemark: SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE is 'many': it may be a whole number");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					SPRING_KAFKA_SECURITY_PROTOCOL | SASL_SLL | SPRING_KAFKA_SECURITY_PROTOCOL is 'SASL_SLL': it must be one of
					SPRING_KAFKA_PROPERTIES_SASL_CLIENT_CALLBACK_HANDLER_CLASS | com.example.None | SPRING_KAFKA_PROPERTIES_SASL_CLIENT_CALLBACK_HANDLER_CLASS is 'com.example.None': there is no such class
					""")
	void whatNoWaitingMendsEndsTheWorkerAndItsTools(String name, String value, String line) {
		Map<String, String> environment = new HashMap<>(Map.of("MANAGEMENT_PORT", Integer.toString(Ports.free()),
				"KAFKA_BOOTSTRAP_SERVERS", "localhost:" + Ports.free(), "DB_PORT", Integer.toString(Ports.free()),
				"SPRING_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT", "SPRING_KAFKA_PROPERTIES_SASL_MECHANISM",
				"SCRAM-SHA-512", "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG", JAAS));
		environment.put(name, value);
		endsWith(environment, "tidemark: " + line);
		endsWith(environment, "dead-letters: " + line, "dead-letters", "list");
	}

	@Test
	void toolsCheckWhatTheyUse() {
		endsWith(Map.of("DB_PORT", "none"), "migrate: DB_PORT is 'none': it may be ", "migrate", "current");
		endsWith(Map.of("DB_PORT", "none", "TIDEMARK_DEFER_FOR", "banana"), "command: DB_PORT is 'none': it may be ",
				"command", UUID.randomUUID().toString());
	}

	@Test
	void aHostThatNobodyKnowsYetIsWaitedFor() {
		Tenant tenant = Stack.shared().newTenant();
		Map<String, String> environment = new HashMap<>(tenant.environment());
		assertThat(WorkerProcess.run(environment, "migrate", "upgrade").exitCode()).isZero();
		environment.put("KAFKA_BOOTSTRAP_SERVERS", "nowhere.invalid:9092");
		try (WorkerProcess worker = WorkerProcess.start(environment)) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> worker.output()
					.contains("The start waits, and tries again until all is well: Kafka at "
							+ "nowhere.invalid:9092: "));
			assertThat(worker.isAlive()).isTrue();
			assertThat(worker.output()).hasLineCount(1);
		}
	}

	/** The JVM knows this zone, and PostgreSQL does not. */
	@Test
	void theTimeZoneOfTheProcessDoesNotMatter() {
		worksWith(Map.of("TZ", "SystemV/AST4"));
	}

	@ParameterizedTest
	@CsvSource({ "TZ, Mars/Phobos", "TZ, SystemV/AST4", "_JAVA_OPTIONS, -Duser.timezone=Mars/Phobos",
			"_JAVA_OPTIONS, -Duser.timezone=SystemV/PST8PDT", "PGTZ, Mars/Phobos" })
	void aToolConnectsWhateverTheTimeZone(String variable, String value) {
		Map<String, String> environment = new HashMap<>(Stack.shared().newTenant().environment());
		environment.put(variable, value);
		assertThat(WorkerProcess.run(environment, "migrate", "upgrade")).satisfies((end) -> {
			assertThat(end.exitCode()).as("%s", end).isZero();
			assertThat(end.output()).contains(" migrations applied; ");
		});
	}

	/** As with a pooler that does not keep sessions apart. */
	@Test
	void nothingHasToBeKeptInASession() {
		worksWith(Map.of("SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_PREPARETHRESHOLD", "0",
				"SPRING_DATASOURCE_HIKARI_CONNECTIONINITSQL", "select 1"));
	}

	@Test
	void aVariableThatIsMistypedIsToldOf() {
		try (WorkerProcess worker = WorkerProcess.start(Map.of("TIDEMARK_CONCURENCY", "3", "DB_PORT",
				Integer.toString(Ports.free()), "KAFKA_BOOTSTRAP_SERVERS", "localhost:" + Ports.free()))) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> worker.output()
					.contains("TIDEMARK_CONCURENCY is no setting of the worker: is it to be TIDEMARK_CONCURRENCY?"));
		}
	}

	private static void worksWith(Map<String, String> variables) {
		Tenant tenant = Stack.shared().newTenant().withTopics(1);
		Map<String, String> environment = new HashMap<>(tenant.environment());
		// So that there is nothing to warn of: the worker bounds what records unpack to.
		environment.put("TIDEMARK_TOPICS_CREATE", "true");
		environment.putAll(variables);
		done(environment, "migrate", "upgrade");
		UUID id = UUID.randomUUID();
		try (WorkerProcess worker = WorkerProcess.start(environment).awaitReady(); Client client = new Client(tenant)) {
			client.awaitConsumed(client.send(id, new RegisterUser("amara", HASH)));
			for (List<String> command : List.of(List.of("command", id.toString()), List.of("dead-letters", "list"),
					List.of("verify", "users"), List.of("republish", "users"), List.of("migrate", "status"))) {
				done(environment, command.toArray(String[]::new));
			}
			assertThat(worker.output()).doesNotContain("WARN").doesNotContain("ERROR");
		}
	}

	private static void done(Map<String, String> environment, String... command) {
		Completed end = WorkerProcess.run(environment, command);
		assertThat(end.exitCode()).as(end::toString).isZero();
	}

	private static void endsWith(Map<String, String> environment, String line, String... command) {
		Completed end = WorkerProcess.run(environment, command);
		assertThat(end.exitCode()).as(end::toString).isEqualTo(1);
		assertThat(end.output()).isEmpty();
		assertThat(end.errors()).hasLineCount(1).startsWith(line).doesNotContain("sentinel");
	}

}
