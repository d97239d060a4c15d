package dev.tidemark.worker.migration;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How a migration waits for locks. Whoever waits for a lock on a table has everybody else
 * wait behind it, also those whom the lock's holder would not disturb. So it gives up
 * soon, lets them pass, and comes again.
 *
 * @param queueFor how long to wait in a lock's queue
 * @param retryFor for how long to come again
 */
record Patience(Duration queueFor, Duration retryFor) {

	/**
	 * A little longer than PostgreSQL's {@code deadlock_timeout}, after which the server
	 * ends an autovacuum that is in the way. Who gives up before that waits for the whole
	 * vacuum, which on a large table takes hours.
	 */
	static final Patience DEFAULT = new Patience(Duration.ofMillis(1500), Duration.ofMinutes(10));

	private static final int LONGEST_PAUSE = 10;

	/**
	 * Returns how long to stay away after an attempt: twice as long after each, up to ten
	 * times the time in the queue, and less by chance, so that whatever comes at regular
	 * times is not met each time.
	 * @param attempt how many attempts there were
	 */
	Duration pause(int attempt) {
		long most = this.queueFor.toMillis() * Math.min(LONGEST_PAUSE, 1L << Math.min(attempt, LONGEST_PAUSE));
		return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
	}

	/** The setting of a session that waits in queues. */
	String lockTimeout() {
		return lockTimeout(this.queueFor);
	}

	/** The setting of a session behind which nobody waits. */
	String longLockTimeout() {
		return lockTimeout((this.retryFor.compareTo(this.queueFor) > 0) ? this.retryFor : this.queueFor);
	}

	/** The statement that sets it, in PostgreSQL's bounds: 0 would be for ever. */
	static String lockTimeout(Duration duration) {
		return "set lock_timeout = %d".formatted(Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE));
	}

	/** A duration for people. */
	static String text(Duration duration) {
		if (duration.compareTo(Duration.ofMinutes(1)) >= 0) {
			return (duration.toSecondsPart() == 0) ? duration.toMinutes() + " min"
					: "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
		}
		return (duration.compareTo(Duration.ofSeconds(10)) >= 0 || duration.toMillisPart() == 0)
				? duration.toSeconds() + " s" : duration.toMillis() + " ms";
	}

}
