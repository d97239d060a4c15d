package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

import dev.tidemark.worker.migration.Revision.Written;
import dev.tidemark.worker.settings.UsageException;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The next migration writes itself, as far as it can.
 * <p>
 * A real database, since two schemas in it are compared.
 */
class RevisionTests {

	private final SourceTree sources;

	private final Revision revision;

	RevisionTests(@TempDir Path directory) throws IOException {
		this.sources = SourceTree.copiedTo(directory);
		this.revision = new Revision(directory);
	}

	private static DatabaseAddress scratch() {
		return Stack.shared().newTenant().database();
	}

	@Test
	void emptyRevisionIsNumberedAndWaitsToBeFilled() throws IOException {
		this.sources.with("0998-last", "select 1;", "empty");
		Written written = this.revision.empty("Add due date, at last!");

		assertThat(written.path()).isEqualTo(this.sources.file("0999-add-due-date-at-last"));
		assertThat(written.path()).content().contains("--comment Add due date, at last!").contains("--rollback");
		assertThat(this.sources.changelog().problems()).containsExactly(written.file().id() + ": it has no statement",
				written.file().id() + ": it has no rollback");
	}

	@Test
	void messageMustSaySomething() {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> this.revision.empty("?!"));
	}

	@Test
	void writesWhatTheChangelogLacksAndThenNothing() throws IOException, SQLException {
		this.sources.with("0998-fall-behind", """
				alter table tasks drop column description, add column note varchar(10);
				drop index tasks_username_idx;
				drop table intake_position;""", "empty");

		Optional<Written> written = this.revision.autogenerate("catch up", RevisionTests::scratch);

		assertThat(written).hasValueSatisfying((revised) -> {
			assertThat(revised.path()).content()
				.contains("labels:contract")
				.contains("create table intake_position (")
				.contains("\nalter table tasks add column description text;")
				.contains("\n--rollback alter table tasks drop column description;")
				.contains("\ncreate index tasks_username_idx on tasks (username);")
				.contains("\n--rollback drop table intake_position;");
			assertThat(revised.file().notes()).containsExactly(
					"tasks.note is dropped, with its data; if it was renamed, write: alter table tasks rename column note to ...");
		});
		assertThat(this.sources.changelog().problems()).isEmpty();
		assertThat(this.revision.autogenerate("once more", RevisionTests::scratch)).isEmpty();
	}

	/**
	 * The index, which is no contract, is for its author to put into a file of its own.
	 */
	@Test
	void whatHurtsIsSaidInTheFile() throws IOException, SQLException {
		this.sources.with("0998-fall-behind", "drop index tasks_username_idx;", "empty");

		Optional<Written> written = this.revision.autogenerate("catch up", RevisionTests::scratch);

		assertThat(written).hasValueSatisfying((revised) -> {
			String wait = "tasks gets an index built: nobody writes to tasks, the longer, the larger the table is";
			assertThat(revised.path()).content()
				.contains("labels:expand\n--comment catch up\n-- Lint: %s\n-- Lint: instead: create index concurrently "
					.formatted(wait));
			assertThat(revised.file().notes()).first().isEqualTo(wait);
		});
		assertThat(this.sources.changelog().problems()).isEmpty();
	}

	@Test
	void keysAndReferencesAreWrittenToBeComparedByteByByte() throws IOException, SQLException {
		this.sources.without("0007-create-posts");
		this.sources.with("0998-forget-a-collation", """
				alter table deferred_command alter column waits_for_key type varchar(255);
				alter table tasks alter column username type varchar(255);""", "empty");

		Optional<Written> written = this.revision.autogenerate("create posts", RevisionTests::scratch);

		assertThat(written).hasValueSatisfying((revised) -> {
			assertThat(revised.path()).content()
				.contains("\n  username varchar(255) collate \"C\" not null,")
				.contains("\n  title varchar(1024) not null,")
				.contains("\nalter table deferred_command alter column waits_for_key type varchar(255) collate \"C\";")
				.contains("\nalter table tasks alter column username type varchar(255) collate \"C\";")
				.contains("\n--rollback alter table tasks alter column username type varchar(255);");
			assertThat(revised.file().notes()).isEmpty();
		});
	}

	/** A process, since the zone is the JVM's. */
	@ParameterizedTest
	@ValueSource(strings = { "SystemV/AST4", "Mars/Phobos" })
	void writesInATimeZoneThatTheServerDoesNotKnow(String zone, @TempDir Path project) throws Exception {
		FileSystemUtils.copyRecursively(this.sources.resources(), project.resolve("src/main/resources"));
		Path output = project.resolve("output");
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-Duser.timezone=" + zone, "-cp", System.getProperty("java.class.path"),
				Revision.class.getName(), "nothing", "true")
			.directory(project.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		assertThat(builder.start().waitFor()).isZero();
		assertThat(output).content().contains("No changes: the changelog makes the schema of the entities.");
	}

	@Test
	void writesNothingThatDoesNotLeadWhereItShould() throws IOException {
		// The comparison does not know which function a view needs.
		this.sources.with("0998-add-a-view", """
				create function one() returns integer language sql return 1;
				create view ones as select one();""", "drop view ones; drop function one();");
		long before = files();

		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> this.revision.autogenerate("undo", RevisionTests::scratch))
			.withMessageStartingWith("Nothing written: ")
			.withMessageContaining("cannot drop function one()");
		assertThat(files()).isEqualTo(before);
	}

	private long files() throws IOException {
		try (var files = Files.list(this.sources.resources().resolve("db/changelog/changes"))) {
			return files.count();
		}
	}

	@Test
	void saysWhatItOnlyAdds() {
		assertThat(labelOf("create table t (\n  id uuid not null\n)", "alter table t add constraint c check (true)",
				"alter table tasks add column a date", "alter table tasks add column b integer not null default 0",
				"create index i on tasks (a)", "alter table tasks alter column title drop not null"))
			.isEqualTo("expand");
		assertThat(labelOf("alter table tasks add column b integer not null")).isEqualTo("contract");
		assertThat(labelOf("create unique index i on tasks (title)")).isEqualTo("contract");
		assertThat(labelOf("alter table tasks drop column title")).isEqualTo("contract");
		assertThat(labelOf("alter table tasks add constraint c check (true)")).isEqualTo("contract");
	}

	private static String labelOf(String... upgrade) {
		String text = RevisionFile.of(7, "m", List.of(upgrade), List.of()).text();
		return text.replaceFirst("(?s).* labels:(\\w+)\n.*", "$1");
	}

}
