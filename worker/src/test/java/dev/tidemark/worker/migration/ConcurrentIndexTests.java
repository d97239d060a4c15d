package dev.tidemark.worker.migration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Statements that build an index while others write are known, and no other ones.
 */
class ConcurrentIndexTests {

	@Test
	void indexesThatAreBuiltConcurrentlyAreKnown() {
		assertThat(ConcurrentIndex
			.of("CREATE UNIQUE INDEX Concurrently if not exists \"A\"\"b\" on only s.\"T\" using gin (c)"))
			.satisfies((index) -> {
				assertThat(index).isNotNull();
				assertThat(index.name()).isEqualTo("A\"b");
				assertThat(index.table()).isEqualTo("s.\"T\"");
			});
		assertThat(ConcurrentIndex.of("create index concurrently Idx on t (c)")).extracting("name", "table")
			.containsExactly("idx", "t");
		assertThat(ConcurrentIndex.of("create index concurrently on t (c)")).extracting("name", "table")
			.containsExactly("", "t");
		assertThat(ConcurrentIndex.of("create index concurrently on t (c)")).isNotNull();
		assertThat(ConcurrentIndex.of("create index concurrently_idx on t (c)")).isNull();
		assertThat(ConcurrentIndex.of("create index idx on t (c)")).isNull();
		assertThat(ConcurrentIndex.of("create table t (c text default 'create index concurrently')")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "create index concurrently i on t (c)", "drop index concurrently if exists i",
			"reindex index concurrently i", "reindex (verbose) table concurrently t" })
	void nobodyWaitsBehindThese(String sql) {
		assertThat(ConcurrentIndex.isHarmless(sql)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "create index i on t (c)", "drop index i", "reindex index i",
			"alter table t add column concurrently text", "insert into t values ('drop index concurrently i')" })
	void somebodyMayWaitBehindThese(String sql) {
		assertThat(ConcurrentIndex.isHarmless(sql)).isFalse();
	}

}
