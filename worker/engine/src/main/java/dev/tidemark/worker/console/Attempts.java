package dev.tidemark.worker.console;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Failed attempts to sign in, by the address that they came from. After a few, each makes
 * the next one wait twice as long, so that guessing takes for ever and a slip of the
 * finger costs nothing.
 */
final class Attempts {

	private static final int FREE = 3;

	private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

	private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);

	/** So that whoever has many addresses fills no memory. */
	private static final int REMEMBERED_ADDRESSES = 10_000;

	private final Clock clock;

	private final Map<String, Failures> failures = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
			return size() > REMEMBERED_ADDRESSES;
		}

	};

	Attempts(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Tells how long an address has to wait before its next attempt is looked at.
	 * @return zero or less if it need not wait
	 */
	Duration wait(String address) {
		Failures before = this.failures.get(address);
		return (before != null) ? Duration.between(this.clock.instant(), before.waitUntil()) : Duration.ZERO;
	}

	void failed(String address) {
		Instant now = this.clock.instant();
		Failures before = this.failures.remove(address);
		int count = (before != null && now.isBefore(before.waitUntil().plus(FORGOTTEN_AFTER))) ? before.count() + 1 : 1;
		long seconds = (count < FREE) ? 0 : 1L << Math.min(count - FREE, 10);
		this.failures.put(address, new Failures(count, now.plusSeconds(Math.min(seconds, LONGEST_WAIT.toSeconds()))));
	}

	void succeeded(String address) {
		this.failures.remove(address);
	}

	private record Failures(int count, Instant waitUntil) {
	}

}
