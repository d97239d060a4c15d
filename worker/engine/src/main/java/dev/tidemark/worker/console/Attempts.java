package dev.tidemark.worker.console;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

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

	private final LongSupplier nanos;

	private final Map<String, Failures> failures = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
			return size() > REMEMBERED_ADDRESSES;
		}

	};

	/**
	 * Knows of no failure yet.
	 * @param nanos a clock that only counts, so that nobody has to wait for longer when
	 * the system's clock is set back
	 */
	Attempts(LongSupplier nanos) {
		this.nanos = nanos;
	}

	/**
	 * Tells how long an address has to wait before its next attempt is looked at.
	 * @return zero or less if it need not wait
	 */
	Duration wait(String address) {
		Failures before = this.failures.get(address);
		return (before != null) ? Duration.ofNanos(before.waitUntil() - this.nanos.getAsLong()) : Duration.ZERO;
	}

	void failed(String address) {
		long now = this.nanos.getAsLong();
		Failures before = this.failures.remove(address);
		int count = (before != null && now - before.waitUntil() < FORGOTTEN_AFTER.toNanos()) ? before.count() + 1 : 1;
		long seconds = (count < FREE) ? 0 : 1L << Math.min(count - FREE, 10);
		long wait = Math.min(seconds, LONGEST_WAIT.toSeconds());
		this.failures.put(address, new Failures(count, now + Duration.ofSeconds(wait).toNanos()));
	}

	void succeeded(String address) {
		this.failures.remove(address);
	}

	private record Failures(int count, long waitUntil) {
	}

}
