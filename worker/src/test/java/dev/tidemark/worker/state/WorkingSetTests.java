package dev.tidemark.worker.state;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * However a row has come to be what it is, the table is told once.
 */
class WorkingSetTests {

	private final WorkingSet<String, String> rows = new WorkingSet<>();

	@ParameterizedTest(name = "{0} -> {1}")
	@CsvSource({ //
			"nothing, nothing", //
			"stored, nothing", //
			"put, insert", //
			"put put, insert", //
			"put remove, nothing", //
			"put remove put, insert", //
			"remove, nothing", //
			"stored put, update", //
			"stored put put, update", //
			"stored remove, delete", //
			"stored put remove, delete", //
			"stored remove put, update", //
			"stored remove put remove, delete" })
	void aRowIsWrittenOnceWhateverHasHappenedToIt(String history, String written) {
		for (String step : history.split(" ", -1)) {
			switch (step) {
				case "stored" -> this.rows.adopt("key", "as stored");
				case "put" -> this.rows.put("key", "as put");
				case "remove" -> this.rows.remove("key");
				default -> assertThat(step).isEqualTo("nothing");
			}
		}
		assertThat(this.rows.inserts()).isEqualTo(written.equals("insert") ? List.of("as put") : List.of());
		assertThat(this.rows.updates()).isEqualTo(written.equals("update") ? List.of("as put") : List.of());
		assertThat(this.rows.deletes()).isEqualTo(written.equals("delete") ? List.of("key") : List.of());
	}

	@Test
	void theLastOfSeveralChangesIsWritten() {
		this.rows.adopt("key", "stored");
		this.rows.put("key", "first");
		this.rows.put("key", "second");
		assertThat(this.rows.find("key")).isEqualTo("second");
		assertThat(this.rows.updates()).containsExactly("second");
	}

	@Test
	void rowsAreWrittenInTheOrderOfTheirFirstChange() {
		for (String key : Arrays.asList("c", "a", "b", "a", "c")) {
			this.rows.put(key, key);
		}
		assertThat(this.rows.inserts()).containsExactly("c", "a", "b");
	}

	@Test
	void aRowThatIsGoneIsNotFound() {
		this.rows.adopt("key", "stored");
		this.rows.remove("key");
		assertThat(this.rows.find("key")).isNull();
		assertThat(this.rows.current()).isEmpty();
	}

	@Test
	void whoLooksOnChangesNothing() {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> this.rows.current().put("key", "by hand"));
	}

}
