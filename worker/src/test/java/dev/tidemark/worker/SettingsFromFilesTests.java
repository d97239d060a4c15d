package dev.tidemark.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.Environment;

import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.settings.WorkerEnvironment;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A setting may be a file, whatever the worker is told to do.
 * <p>
 * A worker process, since environment and mounted files belong to it.
 */
class SettingsFromFilesTests {

	private static final PasswordHash HASH = new PasswordHash("$2a$10$" + "a".repeat(53));

	@TempDir
	private Path directory;

	@Test
	void passwordsMayBeFilesWithANewLineAtTheirEnd() throws IOException {
		write("DB_PASS", "worker's");
		write("DB_MIGRATION_PASS", "owner's");
		Environment environment = WorkerEnvironment.read(List.of("--TIDEMARK_SECRETS=" + this.directory)).environment();
		assertThat(environment.getProperty("spring.datasource.password")).isEqualTo("worker's");
		assertThat(environment.getProperty("DB_MIGRATION_PASS")).isEqualTo("owner's");
	}

	@Test
	void everyCommandOfTheJarReadsThem() throws IOException {
		Tenant tenant = Stack.shared().newTenant().withTopics(1);
		Map<String, String> environment = new HashMap<>(tenant.environment());
		// The tests' server may ask nobody for a password; but no database but this one
		// has this name.
		for (String name : List.of("DB_NAME", "DB_USER", "DB_PASS")) {
			write(name, Objects.requireNonNull(environment.remove(name)));
		}
		environment.put("TIDEMARK_SECRETS", this.directory.toString());

		WorkerProcess.Completed migration = WorkerProcess.run(environment, "migrate", "upgrade");
		assertThat(migration.exitCode()).as(migration::toString).isZero();

		UUID id = UUID.randomUUID();
		try (WorkerProcess worker = WorkerProcess.start(environment); Client client = new Client(tenant)) {
			worker.awaitReady();
			client.awaitConsumed(client.send(id, new RegisterUser("amara", HASH)));
		}
		assertThat(WorkerProcess.run(environment, "command", id.toString()).output()).contains("applied");
	}

	/** Editors end a file with a new line. */
	private void write(String name, String value) throws IOException {
		Files.writeString(this.directory.resolve(name), value + "\n");
	}

}
