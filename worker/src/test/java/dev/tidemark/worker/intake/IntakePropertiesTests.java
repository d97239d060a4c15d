package dev.tidemark.worker.intake;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many consumers there are.
 */
class IntakePropertiesTests {

	@ParameterizedTest
	@CsvSource({ "3, 24, 3", "3, 2, 2", "1, 24, 1" })
	void asManyAsAreWantedAndNeverMoreThanThereArePartitions(int wanted, int partitions, int consumers) {
		assertThat(properties(wanted).consumers(partitions)).isEqualTo(consumers);
	}

	@Test
	void byDefaultThereIsOneForEachCore() {
		assertThat(properties(null).consumers(Integer.MAX_VALUE)).isEqualTo(Runtime.getRuntime().availableProcessors());
	}

	private static IntakeProperties properties(@Nullable Integer concurrency) {
		return new IntakeProperties(concurrency, Duration.ofMinutes(5), LostRecords.STOP, Duration.ofSeconds(20));
	}

}
