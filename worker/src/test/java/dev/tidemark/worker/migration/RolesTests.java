package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.worker.migration.Cli.Result;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The owner migrates; the worker reads and writes rows, and can do nothing else.
 * <p>
 * A real database, since it has the roles.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RolesTests {

	private static final Path SCRIPT = Path.of("../infra/database/roles.sql");

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private DatabaseAddress owner;

	private DatabaseAddress worker;

	@BeforeAll
	void createRolesAndMigrate() throws IOException, SQLException {
		DatabaseAddress administrator = Stack.shared().database();
		String name = Stack.shared().newTenant().database().name();
		this.owner = new DatabaseAddress(administrator.host(), administrator.port(), name, name + "_owner", "o'1");
		this.worker = new DatabaseAddress(administrator.host(), administrator.port(), name, name + "_worker", "w'2");
		DatabaseAddress administered = new DatabaseAddress(administrator.host(), administrator.port(), name,
				administrator.user(), administrator.password());
		createRoles(administered);
		createRoles(administered);
		assertThat(migrate(Changelog.ofThisWorker(), "upgrade").exitCode()).isZero();
	}

	private void createRoles(DatabaseAddress administered) throws IOException, SQLException {
		String script = Files.readString(SCRIPT)
			.lines()
			.filter((line) -> !line.startsWith("\\"))
			.collect(Collectors.joining("\n"));
		for (Map.Entry<String, String> variable : Map
			.of("owner", this.owner.user(), "owner_password", this.owner.password(), "worker", this.worker.user(),
					"worker_password", this.worker.password())
			.entrySet()) {
			script = script.replace(":'" + variable.getKey() + "'", Sql.literal(variable.getValue()));
		}
		try (Connection connection = administered.connect(); Statement statement = connection.createStatement()) {
			statement.execute(script);
		}
	}

	private Result migrate(Changelog changelog, String... arguments) {
		String[] asOwner = new String[arguments.length + 2];
		System.arraycopy(arguments, 0, asOwner, 0, arguments.length);
		asOwner[arguments.length] = "--DB_MIGRATION_USER=" + this.owner.user();
		asOwner[arguments.length + 1] = "--DB_MIGRATION_PASS=" + this.owner.password();
		return new Cli(this.worker, changelog).migrate(asOwner);
	}

	@ParameterizedTest
	@ValueSource(strings = { "create table t (id int)", "create temporary table t (id int)", "create schema s",
			"create index i on tasks (title)", "create view v as select * from tasks",
			"create function one() returns int language sql return 1", "create type mood as enum ('good')",
			"create sequence s", "drop table tasks", "drop index tasks_username_idx", "drop schema public cascade",
			"truncate tasks cascade", "truncate databasechangelog", "alter table tasks add column more text",
			"alter table tasks disable trigger all", "alter table tasks owner to current_user",
			"insert into databasechangelog select * from databasechangelog",
			"update databasechangelog set md5sum = null", "delete from databasechangelog",
			"drop table databasechangelog", "comment on table tasks is 'mine'",
			"set session_replication_role = replica", "copy tasks to program 'cat'" })
	void workerMayNot(String statement) throws SQLException {
		try (Connection connection = this.worker.connect(); Statement attempt = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> attempt.execute(statement))
				.satisfies((refused) -> assertThat(refused.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
		}
	}

	@Test
	void workerMayNotBecomeTheOwner() throws SQLException {
		try (Connection connection = this.worker.connect(); Statement attempt = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> attempt.execute("set role " + this.owner.user()));
		}
	}

	@Test
	void workerMayReadAndWriteRows() throws SQLException {
		try (Connection connection = this.worker.connect(); Statement statement = connection.createStatement()) {
			statement.execute("insert into users values ('ada', 'h', now(), now(), 1)");
			statement.execute("update users set version = 2 where username = 'ada'");
			statement.execute("delete from users where username = 'ada'");
			for (String table : new String[] { "tasks", "dones", "command_log", "deferred_command",
					"intake_position" }) {
				statement.execute("delete from " + table);
			}
			statement.execute("select * from databasechangelog");
		}
	}

	@Test
	void workerMayNotMigrate() throws IOException {
		Result result = new Cli(this.worker, Changelog.ofThisWorker()).migrate("downgrade", "-1");
		assertThat(result.exitCode()).isEqualTo(1);
		assertThat(result.err()).hasLineCount(1).contains("The schema belongs to the role " + this.owner.user());
	}

	@Test
	void ownerMayTryMigrationsElsewhere(@TempDir Path directory) throws IOException {
		SourceTree sources = SourceTree.copiedTo(directory)
			.with("9999-more", "create table more ();", "drop table more;");
		assertThat(migrate(sources.changelog(), "lint")).satisfies((result) -> {
			assertThat(result.exitCode()).as("%s", result).isZero();
			assertThat(result.out()).contains("9999-more (expand): fine");
		});
	}

	@Test
	void workerMayUseWhatALaterMigrationAdds(@TempDir Path directory) throws IOException, SQLException {
		SourceTree sources = SourceTree.copiedTo(directory).with("9999-more", """
				create table more (id bigint generated always as identity, other serial);
				create view all_of_it as select * from more;""", "drop view all_of_it; drop table more;");
		assertThat(migrate(sources.changelog(), "upgrade").exitCode()).isZero();
		try (Connection connection = this.worker.connect(); Statement statement = connection.createStatement()) {
			statement.execute("insert into more default values");
			statement.execute("select * from all_of_it");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("truncate more"));
		}
		assertThat(migrate(sources.changelog(), "downgrade", "-1").exitCode()).isZero();
	}

	@Test
	void upgradeTakesAwayWhatTheWorkerDoesNotNeed() throws SQLException {
		try (Connection connection = this.owner.connect(); Statement statement = connection.createStatement()) {
			statement.execute("grant all on tasks, databasechangelog to " + this.worker.user());
		}
		assertThat(migrate(Changelog.ofThisWorker(), "upgrade").exitCode()).isZero();
		workerMayNot("truncate tasks cascade");
		workerMayNot("delete from databasechangelog");
	}

	@Test
	void workerWithoutARoleIsNoticedBeforeAnythingIsTouched() {
		DatabaseAddress nobody = new DatabaseAddress(this.worker.host(), this.worker.port(), this.worker.name(),
				"nobody_at_all", "");
		Result result = new Cli(nobody, Changelog.ofThisWorker()).migrate("upgrade",
				"--DB_MIGRATION_USER=" + this.owner.user(), "--DB_MIGRATION_PASS=" + this.owner.password());
		assertThat(result).isEqualTo(new Result(1, "", """
				migrate: There is no role nobody_at_all for the worker (DB_USER): create it before the first migration
				"""));
	}

}
