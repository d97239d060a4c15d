package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tidemark.worker.migration.Cli.Result;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever asks is told what pending migrations do, before they do it, and nothing else
 * happens.
 * <p>
 * A real database, since a copy of its schema is made.
 */
class LintCommandTests {

	private final DatabaseAddress database = Stack.shared().newTenant().database();

	private final SourceTree sources;

	LintCommandTests(@TempDir Path directory) throws IOException {
		this.sources = SourceTree.ofFirstRelease(directory);
	}

	@BeforeEach
	void migrateToTheFirstRelease() throws IOException, SQLException {
		assertThat(migrate("upgrade").exitCode()).isZero();
		administer("alter role %s createdb".formatted(this.database.user()));
	}

	/** The release that has what has been added to the sources by now. */
	private Result migrate(String... arguments) throws IOException {
		return new Cli(this.database, this.sources.changelog()).migrate(arguments);
	}

	private static void administer(String sql) throws SQLException {
		try (Connection connection = Stack.shared().database().connect();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private int leftovers() throws SQLException {
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("""
						select count(*) from pg_database
						where datname like 'tidemark_lint_%' and pg_get_userbyid(datdba) = current_user""")) {
			row.next();
			return row.getInt(1);
		}
	}

	@Test
	void anExpandThatIsNoneIsRefusedWithTheWayThatIs() throws IOException, SQLException {
		this.sources
			.with("0007-require-text", "alter table tasks alter column description set not null;",
					"alter table tasks alter column description drop not null;")
			.with("0008-more", "create table more ();", "drop table more;");

		Result result = migrate("lint");

		assertThat(result.exitCode()).as("%s", result).isEqualTo(3);
		assertThat(result.err()).isEmpty();
		assertThat(result.out()).isEqualTo("""
				0007-require-text (expand): refused
				  alter table tasks alter column description set not null
				    locks: ACCESS EXCLUSIVE on tasks
				    tasks.description takes no null, which the previous worker may write
				    tasks is scanned (0 rows, 0 MB): nobody reads or writes tasks for less than 1500 ms
				    instead: %s
				0008-more (expand): fine
				1 of 2 refused: the label promises what is not so
				""".formatted(SafeWay.NOT_NULL.advice()));
		assertThat(migrate("status").out()).startsWith("The schema is at 0006-create-deferred-command, 2 behind head");
		assertThat(leftovers()).isZero();
		assertThat(migrate("validate")).satisfies((validated) -> {
			assertThat(validated.exitCode()).isEqualTo(3);
			assertThat(validated.out()).startsWith("8 migrations, well formed; 6 of them ran, as they are now")
				.contains("0007-require-text (expand): refused");
		});
	}

	@Test
	void aContractIsToldAndWhatHurtsNobodyIsFine() throws IOException {
		this.sources
			.with("0007-drop", "labels:contract", "alter table tasks drop column description;",
					"alter table tasks add column description text;")
			.with("0008-index", "labels:expand runInTransaction:false",
					"create index concurrently if not exists tasks_title_idx on tasks (title);",
					"drop index concurrently if exists tasks_title_idx;");

		Result result = migrate("lint");

		assertThat(result.exitCode()).as("%s", result).isZero();
		assertThat(result.out()).contains("0007-drop (contract): breaks", "0008-index (expand): fine",
				"None is refused");
		assertThat(migrate("validate").exitCode()).isZero();
		assertThat(migrate("upgrade").exitCode()).isZero();
		assertThat(migrate("lint").out()).startsWith("Nothing is pending");
	}

	@Test
	void whoMayNotCreateADatabaseIsToldAndMayGiveOne() throws IOException, SQLException {
		this.sources.with("0007-drop", "alter table tasks drop column description;",
				"alter table tasks add column description text;");
		administer("alter role %s nocreatedb".formatted(this.database.user()));

		assertThat(migrate("lint")).isEqualTo(new Result(1, "",
				"migrate: Migrations are tried in a database of their own, which the role %s may not create: "
					.formatted(this.database.user())
						+ "grant it createdb, or name an empty database, on any server, in TIDEMARK_MIGRATION_SCRATCH_URL%n"
							.formatted()));
		assertThat(migrate("validate")).satisfies((validated) -> {
			assertThat(validated.exitCode()).isZero();
			assertThat(validated.out()).contains("Not linted. Migrations are tried in a database of their own");
		});

		String name = this.database.name() + "_scratch";
		administer("create database %s owner %s".formatted(name, this.database.user()));
		DatabaseAddress scratch = new DatabaseAddress(this.database.host(), this.database.port(), name,
				this.database.user(), this.database.password());
		String given = "--tidemark.migration.scratch-url=" + scratch.jdbcUrl();
		for (int i = 0; i < 2; i++) {
			assertThat(migrate("lint", given)).satisfies((linted) -> {
				assertThat(linted.exitCode()).as("%s", linted).isEqualTo(3);
				assertThat(linted.out()).contains("tasks.description is not there any more");
			});
		}
		assertThat(migrate("lint", "--tidemark.migration.scratch-url=" + this.database.jdbcUrl()).err())
			.isEqualTo("migrate: The scratch database (TIDEMARK_MIGRATION_SCRATCH_URL) must be empty, "
					+ "and has tables or the like%n".formatted());
		assertThat(migrate("lint", given + "_not").err()).hasLineCount(1)
			.startsWith("migrate: The scratch database (TIDEMARK_MIGRATION_SCRATCH_URL) can't be used: ");
	}

	@Test
	void whatAKilledOneHasLeftIsDropped() throws IOException, SQLException {
		this.sources.with("0007-more", "create table more ();", "drop table more;");
		administer("create database tidemark_lint_0 owner " + this.database.user());
		assertThat(leftovers()).isOne();

		assertThat(migrate("lint").exitCode()).isZero();

		assertThat(leftovers()).isZero();
	}

	@Test
	void aMigrationThatFailsIsNamedAndTheCopyIsDropped() throws IOException, SQLException {
		this.sources.with("0007-fails", "insert into no_such_table values (1);", "empty");
		assertThat(migrate("lint")).isEqualTo(new Result(1, "",
				"migrate: 0007-fails fails on a copy of the schema: ERROR: relation \"no_such_table\" does not exist%n"
					.formatted()));
		assertThat(leftovers()).isZero();
	}

}
