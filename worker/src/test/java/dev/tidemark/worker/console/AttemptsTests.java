package dev.tidemark.worker.console;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AttemptsTests {

	private static final String ADDRESS = "192.0.2.1";

	private Instant now = Instant.parse("2026-11-20T03:00:00Z");

	private final Attempts attempts = new Attempts(new Clock() {

		@Override
		public Instant instant() {
			return AttemptsTests.this.now;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	});

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
		this.now = this.now.plusSeconds(2);
		assertThat(this.attempts.wait(ADDRESS)).isLessThanOrEqualTo(Duration.ZERO);
		fail(1);
		assertThat(this.attempts.wait(ADDRESS)).isEqualTo(Duration.ofSeconds(4));
	}

	@Test
	void aQuarterOfAnHourForgets() {
		fail(10);
		this.now = this.now.plus(Duration.ofMinutes(16));
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
