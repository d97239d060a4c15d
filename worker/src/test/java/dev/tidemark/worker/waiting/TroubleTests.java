package dev.tidemark.worker.waiting;

import java.io.IOException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.hibernate.exception.GenericJDBCException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Which word health and metrics have for a failure.
 */
class TroubleTests {

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { //
			"08001, DATABASE_UNREACHABLE", // nobody answers
			"28P01, DATABASE_UNREACHABLE", // the password is wrong
			"25006, DATABASE_UNREACHABLE", // a node that is read-only
			"53100, DATABASE_UNREACHABLE", // the disk is full
			"57P03, DATABASE_UNREACHABLE", // it is starting
			"42501, DATABASE_UNREACHABLE", // the role may not
			"42P01, SCHEMA_BEHIND", // there is no such table
			"42703, SCHEMA_BEHIND", // there is no such column
			"-, DATABASE_UNREACHABLE" })
	void aDatabasesFailureIsToldByItsState(@Nullable String state, Trouble trouble) {
		SQLException failure = new SQLException("message", state);
		assertThat(Trouble.of(failure)).isEqualTo(trouble);
		assertThat(Trouble.of(new GenericJDBCException("wrapped", failure))).isEqualTo(trouble);
	}

	static Stream<Arguments> failures() {
		return Stream.of(arguments(new TimeoutException("no answer"), Trouble.BROKER_UNREACHABLE),
				arguments(new SaslAuthenticationException("refused"), Trouble.BROKER_UNREACHABLE),
				arguments(new UnknownTopicOrPartitionException("no such topic"), Trouble.TOPICS_MISSING),
				arguments(new KafkaException("wrapped", new UnknownTopicOrPartitionException("no such topic")),
						Trouble.TOPICS_MISSING),
				arguments(new RecordTooLargeException("too large"), Trouble.EVENT_TOO_LARGE),
				arguments(new CompletionException(new KafkaException("wrapped", new RecordTooLargeException("large"))),
						Trouble.EVENT_TOO_LARGE),
				arguments(new KafkaException("wrapped", new IOException("no route")), Trouble.BROKER_UNREACHABLE),
				arguments(new IOException("no route"), Trouble.UNEXPECTED_FAILURE),
				arguments(new IllegalStateException("a mistake"), Trouble.UNEXPECTED_FAILURE));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void theDeepestThatSaysMoreIsBelieved(Throwable failure, Trouble trouble) {
		assertThat(Trouble.of(failure)).isEqualTo(trouble);
	}

	/** Alerts and dashboards go by it. */
	@Test
	void everyTroubleHasAWordOfItsOwn() {
		Set<String> words = new HashSet<>();
		List.of(Trouble.values()).forEach((trouble) -> words.add(trouble.awaited()));
		assertThat(words).containsExactlyInAnyOrder("database", "kafka", "topics", "schema", "partitions", "position",
				"event-size", "dead-letters", "other");
	}

}
