package dev.tidemark.worker.waiting;

import java.sql.SQLException;

import com.zaxxer.hikari.SQLExceptionOverride;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which connections the pool lets go of.
 */
class ReadOnlyEvictionTests {

	@ParameterizedTest
	@CsvSource({ "25006, MUST_EVICT", "25001, CONTINUE_EVICT", "23505, CONTINUE_EVICT", "08006, CONTINUE_EVICT",
			", CONTINUE_EVICT" })
	void onlyOneToANodeThatHasBecomeReadOnlyMustGo(String state, SQLExceptionOverride.Override expected) {
		assertThat(new ReadOnlyEviction().adjudicate(new SQLException("message", state))).isEqualTo(expected);
	}

}
