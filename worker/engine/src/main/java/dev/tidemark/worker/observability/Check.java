package dev.tidemark.worker.observability;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.tidemark.worker.migration.SchemaMismatchException;
import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.Waiting;

/**
 * Looks again and again whether something that the worker needs is well, on threads of
 * its own: whoever asks is told at once what was found last, also while the thing hangs.
 */
final class Check implements Runnable {

	private static final Duration EVERY = Duration.ofSeconds(2);

	/** Longer than a busy server takes, and shorter than a probe's patience. */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final String name;

	private final Look look;

	private final Trouble whenSilent;

	private final Waiting waiting;

	/**
	 * Prepares to look.
	 * @param name names the threads
	 * @param look looks once
	 * @param whenSilent what no answer means
	 * @param waiting is told what was found
	 */
	Check(String name, Look look, Trouble whenSilent, Waiting waiting) {
		this.name = name;
		this.look = look;
		this.whenSilent = whenSilent;
		this.waiting = waiting;
	}

	String name() {
		return this.name;
	}

	/** Looks until it is interrupted. */
	@Override
	public void run() {
		try {
			while (true) {
				lookOnce();
				Thread.sleep(EVERY);
			}
		}
		catch (InterruptedException ex) {
			// The worker ends.
		}
	}

	private void lookOnce() throws InterruptedException {
		FutureTask<Void> answer = new FutureTask<>(() -> {
			this.look.look();
			return null;
		});
		Thread looking = Thread.ofVirtual().name(this.name + "-look").start(answer);
		try {
			while (true) {
				try {
					answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
					this.waiting.succeeded();
					return;
				}
				catch (TimeoutException ex) {
					// One that hangs is enough: no second one is sent after it.
					var _ = this.waiting.failed(this.whenSilent,
							new TimeoutException("no answer within " + PATIENCE.toSeconds() + " s"));
				}
				catch (ExecutionException ex) {
					Throwable failure = Objects.requireNonNullElse(ex.getCause(), ex);
					var _ = (failure instanceof SchemaMismatchException)
							? this.waiting.failed(Trouble.SCHEMA_BEHIND, failure) : this.waiting.failed(failure);
					return;
				}
			}
		}
		finally {
			looking.interrupt();
		}
	}

	/** Looks once, for as long as it takes. */
	@FunctionalInterface
	interface Look {

		/**
		 * Returns if all is well.
		 * @throws Exception if it is not
		 */
		void look() throws Exception;

	}

}
