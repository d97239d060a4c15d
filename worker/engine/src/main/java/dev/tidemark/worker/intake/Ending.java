package dev.tidemark.worker.intake;

import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process that can't do its work any more: in good order if that can be had, and
 * soon in any case. What it had in hand is delivered again.
 */
final class Ending {

	private static final Logger logger = LoggerFactory.getLogger(Ending.class);

	/** What hangs already may hang the good order, too. */
	private static final Duration WITHIN = Duration.ofSeconds(10);

	private static final int EXIT_CODE = 1;

	private Ending() {
	}

	/**
	 * Has any thread that dies of an {@link Error} take the process with it: nobody knows
	 * what it leaves undone. A record that unpacks to more than there is memory is no
	 * such death, and the JVM can't tell it from one: it is not to end on an
	 * {@code OutOfMemoryError} by itself.
	 */
	static void withThreadsThatDie() {
		Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
			try {
				logger.error("{} has died", thread.getName(), failure);
			}
			finally {
				if (failure instanceof Error) {
					begin();
				}
			}
		});
	}

	/** Returns at once. */
	static void begin() {
		// Not on the caller's thread, which the end may wait for.
		Thread.ofPlatform().name("end").start(() -> System.exit(EXIT_CODE));
		Thread.ofPlatform().daemon().name("end-at-last").start(() -> {
			try {
				Thread.sleep(WITHIN);
			}
			catch (InterruptedException ex) {
				// Then it is high time.
			}
			Runtime.getRuntime().halt(EXIT_CODE);
		});
	}

}
