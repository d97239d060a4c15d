package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The migrations as they are, and the rules that they follow.
 * <p>
 * A real database where the migrations run; their rules need none.
 */
class ChangelogTests {

	@Test
	void everyMigrationFollowsTheRules() {
		assertThat(Changelog.ofThisWorker().problems()).isEmpty();
	}

	@Test
	void jarHoldsTheMigrationsOfTheSources() throws IOException {
		assertThat(Changelog.ofThisWorker().migrations()).extracting(Migration::file)
			.as("if a file is there that was removed or renamed, clean")
			.containsExactlyElementsOf(
					Revision.changelog(SourceTree.RESOURCES).migrations().stream().map(Migration::file).toList());
	}

	@Test
	void whatGoesUpComesDownAndUpAgain() throws IOException, SQLException {
		Changelog changelog = Revision.changelog(SourceTree.RESOURCES);
		try (Connection connection = Stack.shared().newTenant().database().connect();
				Progress progress = Progress.unseen();
				Migrator migrator = new Migrator(connection, changelog, progress, Migrations.LOCK_TIMEOUT)) {
			Catalog empty = Catalog.read(connection);
			migrator.upgrade(changelog.migrations());
			Catalog head = Catalog.read(connection);
			assertThat(head.objects()).isNotEmpty();
			migrator.downgrade(changelog.migrations().reversed());
			assertThat(Catalog.read(connection)).isEqualTo(empty);
			migrator.upgrade(changelog.migrations());
			assertThat(head.differencesTo(Catalog.read(connection))).isEmpty();
			assertThat(migrator.state().objection()).isNull();
		}
	}

	@Test
	void everyMigrationComesBackToWhereItWas() throws IOException, SQLException {
		Changelog changelog = Revision.changelog(SourceTree.RESOURCES);
		try (Connection connection = Stack.shared().newTenant().database().connect();
				Progress progress = Progress.unseen();
				Migrator migrator = new Migrator(connection, changelog, progress, Migrations.LOCK_TIMEOUT)) {
			for (Migration migration : changelog.migrations()) {
				Catalog before = Catalog.read(connection);
				migrator.upgrade(List.of(migration));
				migrator.downgrade(List.of(migration));
				assertThat(before.differencesTo(Catalog.read(connection))).as(migration.id()).isEmpty();
				migrator.upgrade(List.of(migration));
			}
		}
	}

	@Test
	void everyRuleIsEnforced(@TempDir Path directory) throws IOException {
		SourceTree sources = SourceTree.copiedTo(directory).with("0101-no-label", "", "select 1;", "select 1;");
		sources.with("0102-no-such-label", "labels:perhaps", "select 1;", "select 1;");
		sources.with("0103-every-time", "labels:expand runAlways:true", "select 1;", "select 1;");
		sources.with("0104-somewhere", "labels:expand contextFilter:test", "select 1;", "select 1;");
		sources.with("0105-if", "labels:expand",
				"--preconditions onFail:MARK_RAN\n--precondition-sql-check expectedResult:0 select 1\nselect 1;",
				"select 1;");
		sources.with("0106-parameter", "select '${schema}';", "select 1;");
		sources.with("0107-no-way-back", "select 1;", "");
		sources.with("0108-nothing", "-- to do", "select 1;");
		sources.with("0109-no-way-back-on-purpose", "select 1;", "empty");
		Files.writeString(sources.file("0110-other-name"), """
				--liquibase formatted sql
				--changeset tidemark:0110-name labels:expand
				select 1;
				--rollback select 1;
				""");

		assertThat(sources.changelog().problems()).containsExactly(
				"0101-no-label: its label must be either expand or contract",
				"0102-no-such-label: its label must be either expand or contract",
				"0103-every-time: it must run once, without runAlways or runOnChange",
				"0104-somewhere: it must run everywhere, without a context or a dbms",
				"0105-if: it must run or fail, without preconditions or failOnError",
				"0106-parameter: it must be the same everywhere, without ${parameters}",
				"0107-no-way-back: it has no rollback", "0108-nothing: it has no statement",
				"0110-name: its file is 0110-other-name.sql, and must be named as the id");
	}

	@Test
	void filesAreNumberedWithoutGaps() throws IOException {
		List<String> numbers = Revision.changelog(SourceTree.RESOURCES)
			.migrations()
			.stream()
			.map((migration) -> migration.id().substring(0, 4))
			.toList();
		assertThat(numbers)
			.isEqualTo(Stream.iterate(1, (number) -> number + 1).limit(numbers.size()).map("%04d"::formatted).toList());
	}

}
