package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A worker works with the schema that it was built for, or with one that has only been
 * added to, and with no other.
 * <p>
 * A real database, and a worker process that ends; what is objected to which history is
 * in {@code SchemaStateTests}.
 */
class SchemaCheckTests {

	private final Tenant tenant = Stack.shared().newTenant();

	private final DatabaseAddress database = this.tenant.database();

	private final SourceTree sources;

	private final SchemaCheck check;

	SchemaCheckTests(@TempDir Path directory) throws IOException {
		this.sources = SourceTree.ofFirstRelease(directory);
		this.check = new SchemaCheck(this.database.dataSource(), this.sources.changelog());
	}

	private void migrate(String... arguments) throws IOException {
		assertThat(new Cli(this.database, this.sources.changelog()).migrate(arguments).exitCode()).isZero();
	}

	private void assertRefusedWith(String message) {
		assertThatExceptionOfType(SchemaMismatchException.class).isThrownBy(this.check::verify).withMessage(message);
	}

	private void assertAccepted() {
		assertThatCode(this.check::verify).doesNotThrowAnyException();
	}

	@Test
	void acceptsTheSchemaThatItWasBuiltFor() throws IOException {
		migrate("upgrade");
		assertAccepted();
	}

	@Test
	void refusesAnEmptyDatabase() {
		assertRefusedWith("The schema is behind this worker: 0001-create-users, 0002-create-tasks, 0003-create-dones, "
				+ "0004-create-command-log, 0005-create-intake-position, 0006-create-deferred-command are missing; "
				+ "run 'migrate upgrade'");
	}

	@Test
	void noticesADowngrade() throws IOException {
		migrate("upgrade");
		assertAccepted();
		migrate("downgrade", "-1");
		assertRefusedWith(
				"The schema is behind this worker: 0006-create-deferred-command is missing; run 'migrate upgrade'");
	}

	@Test
	void acceptsANewerSchemaThatOnlyAdds() throws IOException {
		this.sources.with("0007-more", "labels:expand", "create table more ();", "drop table more;");
		migrate("upgrade");
		assertAccepted();
	}

	@Test
	void refusesANewerSchemaThatDoesMore() throws IOException {
		this.sources.with("0007-less", "labels:contract", "alter table tasks drop column description;",
				"alter table tasks add column description text;");
		migrate("upgrade");
		assertRefusedWith(
				"The schema is newer than this worker, and not compatible with it: 0007-less; start a newer worker");
	}

	@Test
	void refusesASchemaOfOtherFiles() throws IOException {
		this.sources.with("0003-create-dones", "create table dones (task_id uuid not null);", "drop table dones;");
		migrate("upgrade");
		assertRefusedWith(
				"The schema is not the one that this worker was built for: 0003-create-dones changed after it ran; "
						+ "put the file back as it was, or see 'A migration was edited' in MIGRATIONS.md");
	}

	@Test
	void databaseThatDoesNotAnswerIsNoMismatch() {
		SchemaCheck unanswered = new SchemaCheck(
				new DatabaseAddress("localhost", 1, "tidemark", "tidemark", "").dataSource());
		assertThatExceptionOfType(SQLException.class).isThrownBy(unanswered::verify);
	}

	@Test
	void stockLiquibaseFindsNothingToDo() throws Exception {
		try (Connection connection = this.database.connect()) {
			Migrations.upgrade(connection);
			assertThat(StockLiquibase.unrun(connection)).isEmpty();
		}
	}

	@Test
	void workerEndsWithOneClearLine() {
		WorkerProcess.Completed worker = WorkerProcess.run(this.tenant.environment());
		assertThat(worker.exitCode()).isEqualTo(1);
		assertThat(worker.errors().lines().filter((line) -> line.startsWith("tidemark: "))).singleElement()
			.asString()
			.startsWith("tidemark: The schema is behind this worker: 0001-create-users")
			.endsWith("run 'migrate upgrade'");
	}

}
