package dev.tidemark.worker.observability;

import java.sql.SQLException;
import java.util.Objects;

import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRoom;
import dev.tidemark.worker.waiting.WaitingRooms;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What readiness says of what somebody waits for.
 */
class SurroundingsHealthTests {

	private final WaitingRoom room = WaitingRooms.empty();

	private final SurroundingsHealth surroundings = new SurroundingsHealth();

	@Test
	void allIsWellWhereNobodyWaits() {
		for (String what : new String[] { "database", "schema", "broker" }) {
			assertThat(health(what)).isEqualTo(Health.up().build());
		}
	}

	@ParameterizedTest
	@CsvSource({ "DATABASE_UNREACHABLE, database", "SCHEMA_BEHIND, schema", "BROKER_UNREACHABLE, broker",
			"TOPICS_MISSING, broker", "TOO_MANY_DEAD_LETTERS, none of them", "PARTITION_UNREADABLE, none of them",
			"OUT_OF_STEP, none of them", "EVENT_TOO_LARGE, none of them", "UNEXPECTED_FAILURE, none of them" })
	void whatIsWaitedForIsOutOfServiceAndNothingElse(Trouble trouble, String ill) {
		Waiting waiting = this.room.place("Somebody");
		var _ = waiting.failed(trouble, new IllegalStateException("with a secret"));
		for (String what : new String[] { "database", "schema", "broker" }) {
			Health health = health(what);
			assertThat(health.getStatus()).isEqualTo(what.equals(ill) ? Status.OUT_OF_SERVICE : Status.UP);
			if (what.equals(ill)) {
				assertThat(health.getDetails()).containsOnlyKeys("reason", "since")
					.containsEntry("reason", trouble)
					.containsEntry("since", Objects.requireNonNull(waiting.illness()).since());
			}
		}
		waiting.succeeded();
		assertThat(health("database").getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void aTopicThatIsMissingIsNotTakenForABrokerThatDoesNotAnswer() {
		var _ = this.room.place("A producer").failed(new KafkaException("no answer"));
		var _ = this.room.place("The check").failed(Trouble.TOPICS_MISSING, new KafkaException("missing topics: x"));
		assertThat(health("broker").getDetails()).containsEntry("reason", Trouble.TOPICS_MISSING);
	}

	@Test
	void aDatabaseThatRefusesIsNotWell() {
		var _ = this.room.place("Somebody").failed(new SQLException("refused", "28P01"));
		assertThat(health("database").getDetails()).containsEntry("reason", Trouble.DATABASE_UNREACHABLE);
	}

	private Health health(String what) {
		return Objects.requireNonNull((switch (what) {
			case "database" -> this.surroundings.databaseHealthIndicator(this.room);
			case "schema" -> this.surroundings.schemaHealthIndicator(this.room);
			default -> this.surroundings.brokerHealthIndicator(this.room);
		}).health());
	}

}
