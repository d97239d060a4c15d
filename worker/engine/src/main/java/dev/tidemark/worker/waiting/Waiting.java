package dev.tidemark.worker.waiting;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tidemark.worker.settings.ConnectionFailures;

/**
 * Whether somebody waits for the surroundings, and for how long. Says so in the log when
 * it begins, when it becomes another trouble and when it ends, not at every attempt.
 * Written by one thread, read by any.
 */
public final class Waiting {

	private static final Logger logger = LoggerFactory.getLogger(Waiting.class);

	private final String who;

	private final RetryProperties retry;

	private final ConnectionFailures explanations;

	private int failures;

	/** In nanoseconds, as clocks are set back. */
	private long began;

	private volatile @Nullable Illness illness;

	Waiting(String who, RetryProperties retry, ConnectionFailures explanations) {
		this.who = who;
		this.retry = retry;
		this.explanations = explanations;
	}

	/**
	 * Counts a failure.
	 * @param failure what went wrong
	 * @return how long to wait before trying again: twice as long each time up to a
	 * limit, less up to a half by chance, so that many workers don't all come back at
	 * once
	 */
	public Duration failed(Throwable failure) {
		return failed(Trouble.of(failure), failure);
	}

	/**
	 * Counts a failure whose meaning is known.
	 * @param trouble what is wrong
	 * @param failure what went wrong
	 * @return how long to wait before trying again, as above
	 */
	public Duration failed(Trouble trouble, Throwable failure) {
		Illness before = this.illness;
		if (before == null) {
			this.began = System.nanoTime();
		}
		String reason = this.explanations.explain(failure);
		this.illness = new Illness(trouble, (before != null) ? before.since() : Instant.now());
		if (before == null || before.trouble() != trouble) {
			logger.warn("{} waits, and tries again until all is well: {}", this.who, reason);
			logger.debug("What {} waits for", this.who, failure);
		}
		long wanted = this.retry.from().toMillis() << Math.min(this.failures++, 20);
		long limited = Math.min(wanted, this.retry.upTo().toMillis());
		return Duration.ofMillis(limited - ThreadLocalRandom.current().nextLong(limited / 2 + 1));
	}

	/** Ends the waiting, if there was any. */
	public void succeeded() {
		Illness before = this.illness;
		if (before != null) {
			logger.info("{} goes on, after {} failures in {} s", this.who, this.failures,
					Duration.ofNanos(System.nanoTime() - this.began).toSeconds());
			this.failures = 0;
			this.illness = null;
		}
	}

	/**
	 * Returns what is waited for.
	 * @return what was wrong at the last attempt, or null if nothing is
	 */
	public @Nullable Illness illness() {
		return this.illness;
	}

	/**
	 * What is wrong with the surroundings.
	 *
	 * @param trouble what it was at the last attempt
	 * @param since when something was first noticed
	 */
	public record Illness(Trouble trouble, Instant since) {
	}

}
