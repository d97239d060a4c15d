package dev.tidemark.worker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.tidemark.worker.ClockWatch.Clocks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a set clock is, and what only looks like one.
 */
class ClockWatchTests {

	private final AtomicLong millis = new AtomicLong(1_800_000_000_000L);

	private final AtomicLong nanos = new AtomicLong(-7_000_000_000L);

	/** What passes while the clocks are read, once. */
	private final AtomicLong pause = new AtomicLong();

	private final Clocks clocks = new Clocks(this.millis::get, this::readNanos);

	private long readNanos() {
		long read = this.nanos.get();
		pass(this.pause.getAndSet(0));
		return read;
	}

	private void pass(long seconds) {
		this.nanos.addAndGet(seconds * 1_000_000_000);
		this.millis.addAndGet(seconds * 1000);
	}

	private void set(long seconds) {
		this.millis.addAndGet(seconds * 1000);
	}

	@Test
	void timeThatPassesIsNoStep() {
		pass(1);
		assertThat(this.clocks.step()).isZero();
		pass(7200);
		assertThat(this.clocks.step()).isZero();
	}

	@Test
	void aClockThatIsSetIsToldOnce() {
		pass(1);
		set(-3600);
		assertThat(this.clocks.step()).isEqualTo(Duration.ofHours(-1));
		pass(1);
		assertThat(this.clocks.step()).isZero();
		set(3600);
		assertThat(this.clocks.step()).isEqualTo(Duration.ofHours(1));
	}

	@Test
	void aSmallStepDoesNotMatter() {
		set(-5);
		assertThat(this.clocks.step()).isZero();
		set(5);
		assertThat(this.clocks.step()).isZero();
	}

	@Test
	void aProcessThatIsStoppedBetweenTheClocksIsNoStep() {
		this.pause.set(60);
		assertThat(this.clocks.step()).isZero();
		pass(1);
		assertThat(this.clocks.step()).isZero();
	}

}
