package dev.tidemark.worker.migration;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Tells a person which migration is running, and for how long if it takes long.
 */
final class Progress implements AutoCloseable {

	private static final Duration INTERVAL = Duration.ofSeconds(5);

	private final Consumer<String> lines;

	private final Duration interval;

	private volatile Supplier<@Nullable String> inTheWay = () -> null;

	private volatile String place = "";

	private final ScheduledExecutorService clock = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("migration-progress").factory());

	/**
	 * Progress that somebody is told of.
	 * @param lines is given what there is to say
	 * @param interval how often to say that something is still running
	 */
	Progress(Consumer<String> lines, Duration interval) {
		this.lines = lines;
		this.interval = interval;
	}

	/** Progress that is printed. */
	static Progress on(PrintStream out) {
		return new Progress((line) -> {
			out.println(line);
			out.flush();
		}, INTERVAL);
	}

	/** Progress that nobody wants to see. */
	static Progress unseen() {
		return new Progress((_) -> {
		}, INTERVAL);
	}

	/**
	 * Says from now on also who is in the way of what is running.
	 * @param inTheWay tells who, or null if nobody is
	 */
	void tellOf(Supplier<@Nullable String> inTheWay) {
		this.inTheWay = inTheWay;
	}

	/**
	 * Says from now on also how far it is, until it has ended.
	 * @param place how far
	 */
	void at(String place) {
		this.place = "; " + place;
	}

	void say(String line) {
		this.lines.accept(line);
	}

	/**
	 * Runs a step and says how long it took; while it runs, says so every few seconds.
	 * @param name the migration
	 * @param done what has happened to it then
	 * @param step the work
	 */
	<E extends Exception> void watch(String name, String done, Step<E> step) throws E {
		long start = System.nanoTime();
		var ticks = this.clock.scheduleAtFixedRate(() -> say(
				"%s: running for %s%s%s".formatted(name, format(System.nanoTime() - start), this.place, inTheWay())),
				this.interval.toMillis(), this.interval.toMillis(), TimeUnit.MILLISECONDS);
		try {
			step.run();
		}
		finally {
			ticks.cancel(false);
			this.place = "";
		}
		say("%s: %s in %s".formatted(name, done, format(System.nanoTime() - start)));
	}

	private String inTheWay() {
		String blockers = this.inTheWay.get();
		return (blockers != null) ? "; in the way: " + blockers : "";
	}

	private static String format(long nanos) {
		Duration duration = Duration.ofNanos(nanos);
		if (duration.toSeconds() < 1) {
			return duration.toMillis() + " ms";
		}
		if (duration.toMinutes() < 1) {
			return duration.toSeconds() + " s";
		}
		return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
	}

	@Override
	public void close() {
		this.clock.shutdownNow();
	}

	/**
	 * Something that takes time.
	 *
	 * @param <E> how it can fail
	 */
	@FunctionalInterface
	interface Step<E extends Exception> {

		void run() throws E;

	}

}
