package dev.tidemark.worker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.PasswordHash;
import dev.tidemark.contracts.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.WorkerProcess;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the real process makes of its settings.
 */
class SettingsTests {

	private static final PasswordHash HASH = new PasswordHash("$2a$10$" + "a".repeat(53));

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

}
