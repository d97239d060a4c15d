package dev.tidemark.worker.settings;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A name that was mistyped is told of, and nobody else's.
 */
class UnknownVariablesTests {

	@ParameterizedTest
	@CsvSource({ "TIDEMARK_CONCURENCY,TIDEMARK_CONCURRENCY", "TIDEMARK_DEFFER_FOR,TIDEMARK_DEFER_FOR",
			"DB_PASSWORD,DB_PASS", "DB_USERNAME,DB_USER", "DB_MIGRATION_PASSWORD,DB_MIGRATION_PASS",
			"DB_HOSTS,DB_HOST" })
	void whatWasMeantIsNamed(String written, String meant) {
		assertThat(UnknownVariables.lines(Set.of(written)))
			.containsExactly("%s is no setting of the worker: is it to be %s?".formatted(written, meant));
	}

	@Test
	void aNameOfTheWorkersOwnThatIsNearToNothingIsToldOf() {
		assertThat(UnknownVariables.lines(Set.of("TIDEMARK_MAKE_IT_FAST")))
			.containsExactly("TIDEMARK_MAKE_IT_FAST is no setting of the worker");
	}

	@ParameterizedTest
	@ValueSource(strings = { "TIDEMARK_CONCURRENCY", "TIDEMARK_DEFERFOR", "TIDEMARK_MIGRATION_LOCKTIMEOUT",
			"TIDEMARK_CONSOLE_ENABLED", "TIDEMARK_SECRETS", "DB_PORT", "DB_MIGRATION_USER" })
	void aSettingIsOne(String name) {
		assertThat(UnknownVariables.lines(Set.of(name))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "TIDEMARK_WORKER_SERVICE_HOST", "TIDEMARK_WORKER_SERVICE_PORT_MANAGEMENT",
			"TIDEMARK_PORT_8081_TCP_ADDR", "DB_PORT_5432_TCP", "DB_SERVICE_HOST", "TIDEMARK_KAFKA_PORT",
			"TIDEMARK_COMPOSE_SECRETS", "DB_BACKUP_SCHEDULE", "PATH" })
	void whatOthersSetIsTheirs(String name) {
		assertThat(UnknownVariables.lines(Set.of(name))).isEmpty();
	}

}
