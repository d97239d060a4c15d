package dev.tidemark.worker.settings;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who mistypes a name is told the one that was meant, and nobody else's.
 */
class SpellingTests {

	private static final List<String> NAMES = List.of("DB_HOST", "DB_PORT", "KAFKA_BOOTSTRAP_SERVERS",
			"TIDEMARK_DEFER_FOR");

	@ParameterizedTest
	@CsvSource(nullValues = "-",
			value = { "DB_HOST, DB_HOST", "DB_HOTS, DB_HOST", "DB_HOS, DB_HOST", "DBHOST, DB_HOST", "DB_PROT, DB_PORT",
					"KAFKA_BOOTSTRAP_SERVER, KAFKA_BOOTSTRAP_SERVERS", "KAFKA_BOOTSRAP_SEVRER, KAFKA_BOOTSTRAP_SERVERS",
					"TIDEMARK_DEFERFOR, TIDEMARK_DEFER_FOR", "DB_, -", "PATH, -", "KAFKA_HEAP_OPTS, -", "'', -" })
	void theNearestIsFoundIfItIsNear(String written, @Nullable String meant) {
		assertThat(Spelling.nearest(written, NAMES)).isEqualTo(meant);
	}

}
