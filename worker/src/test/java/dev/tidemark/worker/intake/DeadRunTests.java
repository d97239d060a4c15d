package dev.tidemark.worker.intake;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How dead letters lie in a poll; {@code x} is one, {@code .} is a good record.
 */
class DeadRunTests {

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "-, 0, 0, 0", "., 0, 0, 0", "x, 1, 1, 1", "xxx, 3, 3, 3", "x.., 1, 1, 0",
			"..x, 0, 1, 1", ".xx., 0, 2, 0", "xx.x, 2, 2, 1", "x.xxx.xx, 1, 3, 2", "x.x.x, 1, 1, 1" })
	void runsAreCountedWhereTheyLie(@Nullable String poll, int leading, int longest, int trailing) {
		String records = (poll != null) ? poll : "";
		assertThat(DeadRun.of(7, records.chars().mapToObj((record) -> record == 'x').toList()))
			.isEqualTo(new DeadRun(7, leading, longest, trailing));
	}

}
