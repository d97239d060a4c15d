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
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A column gets another name over two releases, as MIGRATIONS.md has it, while what the
 * previous and the next worker write is read by the other.
 * <p>
 * A real database, since a trigger in it does that.
 */
class RenameTests {

	private final DatabaseAddress database = Stack.shared().newTenant().database();

	private final SourceTree sources;

	RenameTests(@TempDir Path directory) throws IOException {
		this.sources = SourceTree.ofFirstRelease(directory);
	}

	private void release(String... ids) throws IOException {
		String page = Files.readString(Path.of("MIGRATIONS.md"));
		for (String id : ids) {
			String file = Pattern.compile("(?s)```sql\n(--changeset tidemark:%s .*?)```".formatted(id))
				.matcher(page)
				.results()
				.map((block) -> block.group(1))
				.findFirst()
				.orElseThrow();
			Files.writeString(this.sources.file(id), "--liquibase formatted sql\n\n" + file);
		}
		assertThat(this.sources.changelog().problems()).isEmpty();
	}

	private void migrate(String... arguments) throws IOException {
		assertThat(new Cli(this.database, this.sources.changelog()).migrate(arguments))
			.satisfies((result) -> assertThat(result.exitCode()).as("%s", result).isZero());
	}

	private void write(String sql) throws SQLException {
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private void insert(String title, String column, String value) throws SQLException {
		write("insert into tasks (task_id, title, status, username, created_at, updated_at, version, %s) "
			.formatted(column)
				+ "values (gen_random_uuid(), '%s', 'pending', 'ada', now(), now(), 1, '%s')".formatted(title, value));
	}

	private String read(String title, String column) throws SQLException {
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("select %s from tasks where title = '%s'".formatted(column, title))) {
			row.next();
			return String.valueOf(row.getString(1));
		}
	}

	private void assertBothNames(String title, String value) throws SQLException {
		assertThat(List.of(read(title, "description"), read(title, "notes"))).containsOnly(value);
	}

	@Test
	void bothWorkersReadWhatEitherWrites() throws IOException, SQLException {
		migrate("upgrade");
		write("insert into users values ('ada', 'h', now(), now(), 1)");
		insert("before", "description", "old");

		release("0008-add-notes", "0009-fill-notes");
		migrate("upgrade", "0008");
		insert("by the previous", "description", "a");
		insert("by the next", "notes", "b");
		migrate("upgrade");
		assertBothNames("before", "old");
		assertBothNames("by the previous", "a");
		assertBothNames("by the next", "b");
		write("update tasks set notes = 'c' where title = 'by the previous'");
		assertBothNames("by the previous", "c");
		write("update tasks set description = null where title = 'by the next'");
		assertBothNames("by the next", "null");

		release("0010-drop-description");
		migrate("upgrade");
		insert("after", "notes", "d");
		migrate("downgrade", "-1");
		assertBothNames("after", "d");
		migrate("downgrade", "-2");
		assertThat(read("after", "description")).isEqualTo("d");
	}

	@Test
	void nobodyWaitsAndWhatBreaksIsLabelled(@TempDir Path directory) throws IOException, SQLException {
		release("0008-add-notes", "0009-fill-notes", "0010-drop-description");
		Changelog changelog = this.sources.changelog();
		try (Connection connection = this.database.connect()) {
			Migrations.upgrade(connection, SourceTree.ofFirstRelease(directory).changelog());
			for (List<String> release : List.of(List.of("0008", "0009"), List.of("0010"))) {
				Lint lint = new Lint(connection, TableSizes.UNKNOWN, Duration.ZERO);
				for (String id : release) {
					assertThat(lint.examine(changelog.find(id))).noneMatch(Finding::isRefused);
				}
			}
		}
	}

}
