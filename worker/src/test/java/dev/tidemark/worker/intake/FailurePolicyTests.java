package dev.tidemark.worker.intake;

import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.hibernate.StaleStateException;
import org.hibernate.exception.GenericJDBCException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tidemark.worker.intake.FailurePolicy.Decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What is done about which failure.
 */
class FailurePolicyTests {

	private final FailurePolicy policy = new FailurePolicy();

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = {
			// another transaction has changed what was loaded
			"23503, AGAIN", "23505, AGAIN",
			// two transactions in each other's way
			"40001, AGAIN_AND_WAIT", "40P01, AGAIN_AND_WAIT",
			// a record that the database does not take
			"22001, SPLIT", "22003, SPLIT", "22021, SPLIT", "22P05, SPLIT", "23502, SPLIT", "23514, SPLIT",
			"23P01, SPLIT", "54000, SPLIT",
			// the surroundings
			"08000, WAIT", "08001, WAIT", "08006, WAIT", "08P01, WAIT", "25006, WAIT", "25P02, WAIT", "28000, WAIT",
			"28P01, WAIT", "42501, WAIT", "42703, WAIT", "42P01, WAIT", "53100, WAIT", "53200, WAIT", "53300, WAIT",
			"55006, WAIT", "55P03, WAIT", "57014, WAIT", "57P01, WAIT", "57P03, WAIT", "58030, WAIT", "58P01, WAIT",
			"XX000, WAIT", "XX001, WAIT",
			// what nobody has thought of, and what is no state at all
			"0A000, WAIT", "3D000, WAIT", "99999, WAIT", "-, WAIT", "'', WAIT", "2, WAIT", "225, WAIT",
			"232323, WAIT" })
	void aDatabasesFailureIsDecidedByItsState(@Nullable String state, Decision decision) {
		SQLException failure = new SQLException("message", state);
		assertThat(this.policy.decide(failure)).isEqualTo(decision);
		assertThat(this.policy.decide(new GenericJDBCException("wrapped", failure))).isEqualTo(decision);
	}

	static Stream<Arguments> failures() {
		return Stream.of(arguments(new StaleStateException("1 of 3 rows of tasks have gone"), Decision.AGAIN),
				arguments(new TimeoutException("no answer"), Decision.WAIT),
				arguments(new CompletionException(new KafkaException("not sent")), Decision.WAIT),
				// Nobody's data, and so no record's fault.
				arguments(new IllegalStateException("a mistake"), Decision.WAIT),
				arguments(new IllegalArgumentException("wrapped", new NullPointerException()), Decision.WAIT),
				// What comes first says what has happened to the transaction.
				arguments(new KafkaException("not sent", new SQLException("message", "23514")), Decision.WAIT));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void whatIsNoFailureOfTheDatabaseIsDecidedByItsKind(Throwable failure, Decision decision) {
		assertThat(this.policy.decide(failure)).isEqualTo(decision);
	}

	@Test
	void aWordForAFailureShowsNoData() {
		SQLException failure = new SQLException("ERROR: value too long: 'hunter2'", "22001");
		assertThat(FailurePolicy.inAWord(new GenericJDBCException("insert of hunter2", failure)))
			.isEqualTo("SQLSTATE 22001");
		assertThat(FailurePolicy.inAWord(new IllegalStateException("hunter2"))).isEqualTo("IllegalStateException");
	}

}
