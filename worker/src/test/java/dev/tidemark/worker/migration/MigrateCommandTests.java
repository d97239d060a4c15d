package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.worker.migration.Cli.Result;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * What whoever knows Alembic expects of each word, and what is said when it can't be.
 * <p>
 * A real database, since it is migrated; where one can go from where is in {@code
 * SchemaStateTests}.
 */
class MigrateCommandTests {

	private static final String FIRST = "0001-create-users";

	private static final String LAST = "0006-create-deferred-command";

	private final DatabaseAddress database = Stack.shared().newTenant().database();

	private final SourceTree sources;

	private final Cli cli;

	MigrateCommandTests(@TempDir Path directory) throws IOException {
		this.sources = SourceTree.ofFirstRelease(directory);
		this.cli = next();
	}

	/** The release that has what has been added to the sources by now. */
	private Cli next() throws IOException {
		return new Cli(this.database, this.sources.changelog());
	}

	private static void assertDone(Result result) {
		assertThat(result.err()).isEmpty();
		assertThat(result.exitCode()).isZero();
	}

	private void assertAt(String position) {
		assertThat(this.cli.migrate("current").out()).isEqualTo(position + System.lineSeparator());
	}

	@Test
	void upgradesAndDowngradesByNumberIdTagAndAltogether() throws IOException {
		Files.writeString(this.sources.file("0007-release").resolveSibling("0007-release.yaml"), """
				databaseChangeLog:
				  - changeSet:
				      id: 0007-release
				      author: tidemark
				      labels: expand
				      changes: [ { tagDatabase: { tag: v1.0 } } ]
				""");
		this.sources.with("0008-more", "create table more ();", "drop table more;");
		Cli next = next();

		assertDone(next.migrate("upgrade", "+2"));
		assertAt("0002-create-tasks, 4 behind head");
		assertDone(next.migrate("upgrade", "0003-create-dones"));
		assertAt("0003-create-dones, 3 behind head");
		assertDone(next.migrate("upgrade", "0004"));
		assertAt("0004-create-command-log, 2 behind head");
		assertDone(next.migrate("upgrade", "v1.0"));
		assertThat(next.migrate("current").out()).startsWith("0007-release (v1.0), 1 behind head");
		assertDone(next.migrate("upgrade", "head"));
		assertThat(next.migrate("current").out()).startsWith("0008-more (head)");
		assertDone(next.migrate("upgrade", "0001"));
		assertThat(next.migrate("current").out()).startsWith("0008-more (head)");
		assertDone(next.migrate("downgrade", "v1.0"));
		assertThat(next.migrate("current").out()).startsWith("0007-release (v1.0)");
		assertDone(next.migrate("downgrade", "-2"));
		assertAt("0005-create-intake-position, 1 behind head");
		assertDone(next.migrate("downgrade", FIRST));
		assertAt("0001-create-users, 5 behind head");
		assertDone(next.migrate("downgrade", "base"));
		assertAt("base, 6 behind head");
	}

	@Test
	void saysWhatItDid() {
		assertThat(this.cli.migrate("upgrade", "+1").out())
			.matches("0001-create-users: applied in \\d+ (ms|s)\\R1 migration applied; the schema is at 0001-.*\\R");
		assertThat(this.cli.migrate("upgrade", FIRST).out()).startsWith("Nothing applied; the schema is at " + FIRST);
		assertThat(this.cli.migrate("downgrade", "base").out())
			.matches("0001-create-users: undone in \\d+ (ms|s)\\R1 migration undone; the schema is at base, 6 .*\\R");
	}

	@Test
	void tellsWhereTheDatabaseStands() {
		assertThat(this.cli.migrate("status", "--check").exitCode()).isEqualTo(3);
		assertThat(this.cli.migrate("history").out()).startsWith("Nothing has run");
		assertDone(this.cli.migrate("upgrade", "+5"));
		assertThat(this.cli.migrate("status")).isEqualTo(new Result(0, """
				The schema is at 0005-create-intake-position, 1 behind head
				  pending  0006-create-deferred-command  create deferred_command
				""", ""));
		assertThat(this.cli.migrate("status", "--check").exitCode()).isEqualTo(3);
		assertThat(this.cli.migrate("status", "--json").out()).contains("\"id\" : \"" + LAST + "\"", "\"pending\"");
		assertDone(this.cli.migrate("upgrade"));
		assertThat(this.cli.migrate("status", "--check")).isEqualTo(new Result(0, """
				The schema is at 0006-create-deferred-command (head)
				""", ""));
		List<String> history = this.cli.migrate("history").out().lines().toList();
		assertThat(history).hasSize(6);
		assertThat(history.getFirst())
			.matches("20.. UTC  0006-create-deferred-command  expand    create deferred_command".replace("20..",
					"\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d"));
		assertThat(this.cli.migrate("history", "--json").out()).startsWith("[ {")
			.contains("\"comment\" : \"create users\"");
		assertThat(this.cli.migrate("current", "--json").out()).contains("\"current\" : \"" + LAST + "\"",
				"\"pending\" : 0");
	}

	@Test
	void lookingDoesNotTouchTheDatabase() throws SQLException {
		for (String word : List.of("current", "history", "status", "validate", "lint")) {
			assertDone(this.cli.migrate(word));
		}
		assertDone(this.cli.migrate("upgrade", "--sql"));
		assertUntouched();
	}

	@ParameterizedTest
	@ValueSource(strings = { "upgrade no-such-id", "upgrade 00", "upgrade 0001 0002", "upgrade --all", "downgrade",
			"downgrade no-such-id", "stamp", "stamp no-such-id", "upgrade ++1", "frobnicate", "" })
	void refusesWhatMeansNothingBeforeTouchingAnything(String command) throws SQLException {
		Result result = this.cli.migrate(command.isEmpty() ? new String[0] : command.split(" "));

		assertThat(result.exitCode()).isEqualTo(2);
		assertThat(result.out()).isEmpty();
		assertThat(result.err()).startsWith("migrate: ").hasLineCount(1);
		assertUntouched();
	}

	private void assertUntouched() throws SQLException {
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("select count(*) from pg_class where relnamespace = 'public'::regnamespace")) {
			row.next();
			assertThat(row.getInt(1)).isZero();
		}
	}

	@Test
	void refusesMoreStepsThanThereAre() {
		assertThat(this.cli.migrate("upgrade", "+7")).isEqualTo(new Result(1, "", """
				migrate: There are no 7 pending migrations, but 6
				"""));
		assertThat(this.cli.migrate("downgrade", "-1")).isEqualTo(new Result(1, "", """
				migrate: No 1 migrations have run, but 0
				"""));
		assertThat(this.cli.migrate("downgrade", LAST).err()).isEqualTo("""
				migrate: 0006-create-deferred-command has not run
				""");
	}

	@Test
	void printsSqlThatDoesTheSame() throws SQLException {
		try (Connection connection = this.database.connect()) {
			Catalog base = Catalog.read(connection);
			run(connection, this.cli.migrate("upgrade", "--sql").out());
			Catalog head = Catalog.read(connection);
			assertAt("0006-create-deferred-command (head)");
			assertThat(this.cli.migrate("validate").exitCode()).isZero();
			run(connection, this.cli.migrate("downgrade", "base", "--sql").out());
			assertThat(Catalog.read(connection)).isEqualTo(base);
			assertDone(this.cli.migrate("upgrade"));
			assertThat(head.differencesTo(Catalog.read(connection))).isEmpty();
		}
	}

	@Test
	void printedSqlRefusesADatabaseThatHasMovedOn() throws SQLException {
		String script = this.cli.migrate("upgrade", "--sql").out();
		assertDone(this.cli.migrate("upgrade", "+1"));
		try (Connection connection = this.database.connect()) {
			assertThat(catchThrowable(() -> run(connection, script)))
				.hasMessageContaining("this script was written for a database at another migration");
		}
		assertAt("0001-create-users, 5 behind head");
	}

	/** All but psql's own command in the first line is SQL. */
	private static void run(Connection connection, String script) throws SQLException {
		assertThat(script).startsWith("\\set ON_ERROR_STOP on\n");
		try (Statement statement = connection.createStatement()) {
			statement.execute(script.substring(script.indexOf('\n')));
		}
	}

	@Test
	void stampWritesTheHistoryAndNothingElse() throws SQLException {
		assertThat(this.cli.migrate("stamp", "0002").out()).isEqualTo("""
				0001-create-users: recorded, not run
				0002-create-tasks: recorded, not run
				The schema is said to be at 0002-create-tasks, 4 behind head
				""");
		assertThat(this.cli.migrate("stamp", "0001").out()).isEqualTo("""
				0002-create-tasks: forgotten, not undone
				The schema is said to be at 0001-create-users, 5 behind head
				""");
		assertDone(this.cli.migrate("stamp", "head"));
		assertAt("0006-create-deferred-command (head)");
		try (Connection connection = this.database.connect()) {
			assertThat(Catalog.read(connection).objects()).isEmpty();
		}
	}

	@Test
	void failedMigrationHasNotHappened() throws IOException, SQLException {
		this.sources.with("0007-fails", "create table half (); insert into no_such_table values (1);",
				"drop table half;");
		Result result = next().migrate("upgrade");

		assertThat(result.exitCode()).isEqualTo(1);
		assertThat(result.err()).hasLineCount(1)
			.startsWith("migrate: 0007-fails failed: ERROR: relation \"no_such_table\" does not exist")
			.contains("It has been rolled back, and nothing after it was run");
		assertAt("0006-create-deferred-command (head)");
		try (Connection connection = this.database.connect()) {
			assertThat(Catalog.read(connection).hasTable("half")).isFalse();
		}
	}

	@Test
	void migrationOutsideATransactionSaysThatItCanBeHalfDone() throws IOException {
		this.sources.with("0007-index", "labels:expand runInTransaction:false", """
				drop index concurrently if exists tasks_title_idx;
				create unique index concurrently tasks_title_idx on tasks (username);
				select 1 / 0;""", "drop index concurrently if exists tasks_title_idx;");
		assertThat(next().migrate("upgrade").err()).hasLineCount(1)
			.contains("division by zero")
			.contains("It does not run in a transaction: what it did before that stays");
		this.sources.with("0007-index", "labels:expand runInTransaction:false", """
				drop index concurrently if exists tasks_title_idx;
				create unique index concurrently tasks_title_idx on tasks (username);""",
				"drop index concurrently if exists tasks_title_idx;");
		assertDone(next().migrate("upgrade"));
		assertDone(next().migrate("downgrade", "-1"));
	}

	@Test
	void refusesAnEditedMigrationUntilItIsStamped() throws IOException {
		this.sources.with("0007-original", "create table a ();", "drop table a;");
		assertDone(next().migrate("upgrade"));
		this.sources.with("0007-original", "create table b ();", "drop table b;")
			.with("0008-next", "select 1;", "empty");

		assertThat(next().migrate("upgrade")).isEqualTo(new Result(1, "",
				"""
						migrate: 0007-original changed after it ran: put the file back as it was, or see 'A migration was edited' in \
						MIGRATIONS.md
						"""));
		assertThat(next().migrate("downgrade", "-1").exitCode()).isEqualTo(1);
		assertThat(next().migrate("validate")).isEqualTo(new Result(3, """
				0007-original: its file is not what it was when it ran
				""", ""));
		assertThat(next().migrate("status", "--check")).satisfies((status) -> {
			assertThat(status.exitCode()).isEqualTo(3);
			assertThat(status.out()).contains("  edited   0007-original");
		});
		assertThat(next().migrate("stamp", "0007").out()).contains("0007-original: recorded as its file is now");
		assertDone(next().migrate("upgrade"));
	}

	@Test
	void indentationAndRollbackAreNoEdit() throws IOException {
		this.sources.with("0007-original", "create table a ();", "drop table a;");
		assertDone(next().migrate("upgrade"));
		this.sources.with("0007-original", "create  table\n  a ();", "drop table if exists a;");
		assertThat(next().migrate("validate").exitCode()).isZero();
	}

	@Test
	void leavesANewerDatabaseAlone() throws IOException {
		this.sources.with("0007-newer", "create table a ();", "drop table a;");
		assertDone(next().migrate("upgrade"));

		assertThat(this.cli.migrate("upgrade").out())
			.startsWith("Nothing applied; the schema is at 0007-newer, 1 ahead of this version");
		assertThat(this.cli.migrate("downgrade", "-1").err()).isEqualTo("""
				migrate: This version does not know how to undo 0007-newer: use the version that applied it
				""");
		this.sources.without("0007-newer").with("0007-other-branch", "select 1;", "empty");
		assertThat(next().migrate("upgrade").err()).isEqualTo(
				"""
						migrate: The database has migrations that this version does not know (0007-newer), and lacks some that it does \
						(0007-other-branch)
						""");
	}

	@Test
	void resetWantsToBeSure() throws IOException, SQLException {
		assertDone(this.cli.migrate("upgrade"));
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("create type mood as enum ('good')");
			statement.execute("create function f() returns integer language sql return 1");
			statement.execute("create view v as select 1 as one");
			statement.execute("create table stray (id bigint generated always as identity, mood mood)");
			statement.execute("insert into users values ('ada', 'h', now(), now(), 1)");
		}
		Result asked = this.cli.migrate("reset");
		assertThat(asked.exitCode()).isEqualTo(2);
		assertThat(asked.out()).contains("  users, about ", "  stray, about ").contains("migrate reset --yes");
		assertAt("0006-create-deferred-command (head)");

		assertDone(this.cli.migrate("reset", "--yes"));
		assertAt("0006-create-deferred-command (head)");
		try (Connection connection = this.database.connect()) {
			Catalog reset = Catalog.read(connection);
			assertThat(reset.hasTable("stray")).isFalse();
			try (Connection other = Stack.shared().newTenant().database().connect()) {
				Migrations.upgrade(other, this.sources.changelog());
				assertThat(Catalog.read(other).differencesTo(reset)).isEmpty();
			}
		}
	}

	@Test
	void longMigrationsSayThatTheyAreRunning() {
		List<String> lines = new CopyOnWriteArrayList<>();
		try (Progress progress = new Progress(lines::add, Duration.ofMillis(10))) {
			progress.watch("0007-long", "applied", () -> await().until(() -> lines.size() >= 2));
		}
		assertThat(lines.getFirst()).matches("0007-long: running for \\d+ ms");
		assertThat(lines.getLast()).matches("0007-long: applied in \\d+ ms");
	}

	@Test
	void databaseThatIsNotThereIsOneLine() {
		DatabaseAddress nowhere = new DatabaseAddress("localhost", 1, "tidemark", "tidemark", "secret");
		Result result = new Cli(nowhere, Changelog.ofThisWorker()).migrate("upgrade");
		assertThat(result.exitCode()).isEqualTo(1);
		assertThat(result.err()).hasLineCount(1).contains("localhost:1").doesNotContain("secret");
	}

	@Test
	void helpNamesEveryWord() {
		assertThat(this.cli.migrate("--help").out()).contains("upgrade", "downgrade", "current", "history", "status",
				"stamp", "validate", "lint", "reset");
	}

}
