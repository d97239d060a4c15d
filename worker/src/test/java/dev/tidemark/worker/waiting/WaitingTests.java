package dev.tidemark.worker.waiting;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Waiting grows longer up to a limit, and is told when it begins and when it ends.
 */
class WaitingTests {

	private final SQLException silent = new SQLException("Connection refused", "08001");

	private final KafkaException gone = new KafkaException("No broker");

	private final LogLines log = new LogLines(Waiting.class);

	private final WaitingRoom room = WaitingRooms.empty();

	private final Waiting waiting = this.room.place("Somebody");

	@AfterEach
	void listenNoMore() {
		this.log.close();
	}

	@RepeatedTest(20)
	void eachWaitIsTwiceAsLongUpToTheLimitLessUpToAHalfByChance() {
		for (int limit : new int[] { 500, 1000, 2000, 4000, 8000, 10_000, 10_000 }) {
			assertThat(this.waiting.failed(this.silent)).isBetween(Duration.ofMillis(limit / 2),
					Duration.ofMillis(limit));
		}
	}

	@Test
	void noNumberOfFailuresIsTooLarge() {
		for (int i = 0; i < 1000; i++) {
			assertThat(this.waiting.failed(this.silent)).isBetween(Duration.ofMillis(250), Duration.ofSeconds(10));
		}
	}

	@Test
	void notAllComeBackAtOnce() {
		List<Duration> waits = Stream.generate(() -> this.room.place("Another").failed(this.silent))
			.limit(50)
			.distinct()
			.toList();
		assertThat(waits).hasSizeGreaterThan(10);
	}

	@Test
	void afterASuccessWaitingBeginsAnew() {
		for (int i = 0; i < 10; i++) {
			var _ = this.waiting.failed(this.silent);
		}
		this.waiting.succeeded();
		assertThat(this.waiting.failed(this.silent)).isLessThanOrEqualTo(WaitingRooms.RETRY.from());
	}

	@Test
	void oneLineWhenItBeginsAndOneWhenItEnds() {
		for (int i = 0; i < 5; i++) {
			var _ = this.waiting.failed(this.silent);
		}
		this.waiting.succeeded();
		this.waiting.succeeded();
		assertThat(this.log.said()).containsExactly(
				"WARN Somebody waits, and tries again until all is well: "
						+ "PostgreSQL at db:5432/tidemark: SQLException: Connection refused",
				"INFO Somebody goes on, after 5 failures in 0 s");
	}

	@Test
	void anotherTroubleIsAnotherLine() {
		var _ = this.waiting.failed(this.silent);
		var _ = this.waiting.failed(this.gone);
		var _ = this.waiting.failed(this.gone);
		assertThat(this.log.said()).hasSize(2);
		assertThat(this.log.said().getLast()).endsWith("Kafka at kafka:9092: KafkaException: No broker");
	}

	@Test
	void whoHasNeverWaitedHasNothingToSay() {
		this.waiting.succeeded();
		assertThat(this.log.said()).isEmpty();
		assertThat(this.waiting.illness()).isNull();
	}

	@Test
	void itIsKnownWhatIsWaitedForAndSinceWhenSomethingWasWrong() {
		Instant before = Instant.now();
		var _ = this.waiting.failed(this.silent);
		Waiting.Illness first = Objects.requireNonNull(this.waiting.illness());
		assertThat(first.trouble()).isEqualTo(Trouble.DATABASE_UNREACHABLE);
		assertThat(first.since()).isBetween(before, Instant.now());
		var _ = this.waiting.failed(this.gone);
		assertThat(this.waiting.illness()).isEqualTo(new Waiting.Illness(Trouble.BROKER_UNREACHABLE, first.since()));
		this.waiting.succeeded();
		assertThat(this.waiting.illness()).isNull();
	}

	@Test
	void whoKnowsWhatAFailureMeansSaysSo() {
		var _ = this.waiting.failed(Trouble.TOO_MANY_DEAD_LETTERS, new IllegalStateException("1001 in a row"));
		assertThat(this.room.since(Trouble.TOO_MANY_DEAD_LETTERS)).isNotNull();
		assertThat(this.room.since(Trouble.UNEXPECTED_FAILURE)).isNull();
	}

	@Test
	void aRoomKnowsTheFirstOfThoseWhoWaitForTheSame() {
		var _ = this.waiting.failed(this.silent);
		Waiting second = this.room.place("Another");
		var _ = second.failed(this.silent);
		Instant first = Objects.requireNonNull(this.waiting.illness()).since();
		assertThat(this.room.since(Trouble.DATABASE_UNREACHABLE)).isEqualTo(first);
		assertThat(this.room.since(Trouble.BROKER_UNREACHABLE)).isNull();
		this.waiting.succeeded();
		assertThat(this.room.since(Trouble.DATABASE_UNREACHABLE))
			.isEqualTo(Objects.requireNonNull(second.illness()).since());
		second.succeeded();
		assertThat(this.room.since(Trouble.DATABASE_UNREACHABLE)).isNull();
	}

	@Test
	void whoLeavesTheRoomIsWaitedForNoMore() {
		var _ = this.waiting.failed(this.silent);
		this.room.leave(this.waiting);
		assertThat(this.room.since(Trouble.DATABASE_UNREACHABLE)).isNull();
	}

}
