package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules that migrations follow. Whether those that there are do is seen in
 * {@link ShippedMigrationTests}.
 */
class ChangelogTests {

	@Test
	void theFirstMigrationHasTheFirstNumber() {
		assertThat(Changelog.ofThisWorker().migrations().getFirst().id()).startsWith("0001-");
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
		sources.with("0111-index", "labels:expand runInTransaction:false", """
				create index concurrently a on tasks (title); create index concurrently on tasks (title);
				drop index concurrently if exists "B"; create index concurrently "B" on tasks (title);
				create index concurrently if not exists c on tasks (title);""", "select 1;");
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
				"0110-name: its file is 0110-other-name.sql, and must be named as the id",
				"0111-index: its index a must be built if not exists, or dropped before, so that it can run again",
				"0111-index: an index that is built concurrently must have a name, so that it is found if that fails");
	}

}
