package dev.tidemark.worker.console;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Something that costs a question to the database or the broker: asked only while
 * somebody looks, not more often than it is worth, and by one thread at a time. So ten
 * browsers cost what one does, and a server that does not answer holds up nobody: they
 * see what was found last.
 *
 * @param <T> what it tells
 */
final class Refreshed<T> {

	private final String name;

	private final Callable<T> source;

	private final Duration interval;

	private Reading<T> last = new Reading<>(null, null, null);

	/** In nanoseconds, as clocks are set back. */
	private @Nullable Long askedAt;

	private @Nullable CompletableFuture<?> question;

	/**
	 * Asks for nothing yet.
	 * @param name what it tells, for the thread's name
	 * @param interval how long an answer is good enough
	 * @param source asks
	 */
	Refreshed(String name, Duration interval, Callable<T> source) {
		this.name = name;
		this.interval = interval;
		this.source = source;
	}

	/** Asks again if the last answer is too old and nobody is asking. */
	synchronized void refresh() {
		if (this.question != null) {
			return;
		}
		long now = System.nanoTime();
		if (this.askedAt == null || now - this.askedAt >= this.interval.toNanos()) {
			this.askedAt = now;
			CompletableFuture<?> answer = new CompletableFuture<>();
			this.question = answer;
			Thread.ofVirtual().name("console-" + this.name).start(() -> {
				ask();
				answer.complete(null);
			});
		}
	}

	private void ask() {
		Reading<T> found;
		try {
			found = new Reading<>(Instant.now(), this.source.call(), null);
		}
		catch (Exception ex) {
			Reading<T> before = this.last;
			found = new Reading<>(before.at(), before.value(), inOneLine(ex));
		}
		synchronized (this) {
			this.last = found;
			this.question = null;
		}
	}

	/**
	 * Returns the last answer.
	 * @param patience how long to wait for an answer that is being asked for
	 */
	Reading<T> get(Duration patience) throws InterruptedException {
		CompletableFuture<?> asking;
		synchronized (this) {
			asking = this.question;
		}
		if (asking != null && patience.isPositive()) {
			try {
				asking.get(patience.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException ex) {
				// What was found last has to do.
			}
			catch (ExecutionException ex) {
				throw new IllegalStateException("A question never fails", ex);
			}
		}
		synchronized (this) {
			return this.last;
		}
	}

	/** Forgets that there is an answer: the next to look asks anew. */
	synchronized void invalidate() {
		this.askedAt = null;
	}

	/** Says why something failed. */
	static String inOneLine(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
		return root.getClass().getSimpleName() + ": " + message;
	}

}
