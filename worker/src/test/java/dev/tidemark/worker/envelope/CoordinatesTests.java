package dev.tidemark.worker.envelope;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is printed can be read again.
 */
class CoordinatesTests {

	@ParameterizedTest
	@CsvSource({ "task.commands-3@17, task.commands, 3, 17", "task.commands-dlt-0@0, task.commands-dlt, 0, 0",
			"a-1-2@3, a-1, 2, 3", "a-007@0017, a, 7, 17",
			"a-999999999@999999999999999999, a, 999999999, 999999999999999999" })
	void areReadFromText(String text, String topic, int partition, long offset) {
		assertThat(Coordinates.parse(text)).isEqualTo(new Coordinates(topic, partition, offset));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "nowhere", "task.commands", "task.commands-3", "task.commands@17", "-3@17",
			"task.commands-3@", "task.commands-@17", "task.commands-3@17 ", "task.commands-x@17", "task.commands-3@-1",
			"task.commands-9999999999@1", "task.commands-1@9999999999999999999" })
	void areNotReadFromAnythingElse(String text) {
		assertThat(Coordinates.parse(text)).isNull();
	}

	@Test
	void areReadAgainAsTheyAreWritten() {
		Coordinates coordinates = new Coordinates("task.commands-dlt", 11, Long.MAX_VALUE / 10);
		assertThat(Coordinates.parse(coordinates.toString())).isEqualTo(coordinates);
		assertThat(coordinates.topicPartition()).hasToString("task.commands-dlt-11");
	}

}
