package dev.tidemark.worker.console;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AttemptsTests {

	private static final String ADDRESS = "192.0.2.1";

	/** May be anything, and pass zero. */
	private long now = Duration.ofSeconds(-3).toNanos();

	private final Attempts attempts = new Attempts(() -> this.now);

	@Test
	void twoSlipsOfTheFingerCostNothing() {
		fail(2);
		assertThat(this.attempts.wait(ADDRESS)).isLessThanOrEqualTo(Duration.ZERO);
	}

	@Test
	void eachFurtherFailureWaitsTwiceAsLongUpToAMinute() {
		fail(3);
		assertThat(this.attempts.wait(ADDRESS)).isEqualTo(Duration.ofSeconds(1));
		fail(1);
		assertThat(this.attempts.wait(ADDRESS)).isEqualTo(Duration.ofSeconds(2));
		fail(3);
		assertThat(this.attempts.wait(ADDRESS)).isEqualTo(Duration.ofSeconds(16));
		fail(100);
		assertThat(this.attempts.wait(ADDRESS)).isEqualTo(Duration.ofMinutes(1));
	}

	@Test
	void theWaitEndsAndTheCountDoesNot() {
		fail(4);
		this.now += Duration.ofSeconds(2).toNanos();
		assertThat(this.attempts.wait(ADDRESS)).isLessThanOrEqualTo(Duration.ZERO);
		fail(1);
		assertThat(this.attempts.wait(ADDRESS)).isEqualTo(Duration.ofSeconds(4));
	}

	@Test
	void aQuarterOfAnHourForgets() {
		fail(10);
		this.now += Duration.ofMinutes(16).toNanos();
		fail(1);
		assertThat(this.attempts.wait(ADDRESS)).isLessThanOrEqualTo(Duration.ZERO);
	}

	@Test
	void theRightPasswordForgets() {
		fail(5);
		this.attempts.succeeded(ADDRESS);
		fail(2);
		assertThat(this.attempts.wait(ADDRESS)).isLessThanOrEqualTo(Duration.ZERO);
	}

	@Test
	void nobodyWaitsForAnother() {
		fail(10);
		assertThat(this.attempts.wait("192.0.2.2")).isLessThanOrEqualTo(Duration.ZERO);
	}

	private void fail(int times) {
		for (int i = 0; i < times; i++) {
			this.attempts.failed(ADDRESS);
		}
	}

}
