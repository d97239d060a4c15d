package dev.tidemark.worker;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.PasswordHash;
import dev.tidemark.contracts.UserCommand.RegisterUser;
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

	@Test
	void toolsCheckWhatTheyUse() {
		endsWith(Map.of("DB_PORT", "none"), "migrate: DB_PORT is 'none': it may be ", "migrate", "current");
		endsWith(Map.of("DB_PORT", "none", "TIDEMARK_DEFER_FOR", "banana"), "command: DB_PORT is 'none': it may be ",
				"command", UUID.randomUUID().toString());
	}

	/** The JVM knows this zone, and PostgreSQL does not. */
	@Test
	void theTimeZoneOfTheProcessDoesNotMatter() {
		worksWith(Map.of("TZ", "SystemV/AST4"));
	}

	/** As with a pooler that does not keep sessions apart. */
	@Test
	void nothingHasToBeKeptInASession() {
		worksWith(Map.of("SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_PREPARETHRESHOLD", "0",
				"SPRING_DATASOURCE_HIKARI_CONNECTIONINITSQL", "select 1"));
	}

	private static void worksWith(Map<String, String> variables) {
		Tenant tenant = Stack.shared().newTenant().withTopics(1);
		Map<String, String> environment = new HashMap<>(tenant.environment());
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
