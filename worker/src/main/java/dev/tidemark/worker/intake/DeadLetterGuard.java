package dev.tidemark.worker.intake;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Stops the intake when so much of what comes is dead that the fault is likely here, as
 * after a wrong deploy, and not in the records: a topic must not be drained into its dead
 * letters. A poll that would go too far is not published; it waits, like anything else
 * that cannot go on, until somebody has looked.
 */
@Component
@EnableConfigurationProperties(GuardProperties.class)
class DeadLetterGuard {

	private final GuardProperties limits;

	/** Dead letters without a single good record between them. */
	private int run;

	/** Of the records of this window and the one before: enough to tell a ratio. */
	private int records;

	private int letters;

	DeadLetterGuard(GuardProperties limits) {
		this.limits = limits;
	}

	/**
	 * Judges a poll that is about to be published.
	 * @param records how many records it has
	 * @param letters how many of them are dead letters
	 * @throws TooManyDeadLettersException if this is too much; the poll counts as not
	 * seen
	 */
	synchronized void admit(int records, int letters) {
		int newRun = (letters == records) ? this.run + letters : 0;
		int newRecords = this.records + records;
		int newLetters = this.letters + letters;
		if (newRun > this.limits.maxRun()) {
			throw new TooManyDeadLettersException("%d dead letters in a row".formatted(newRun));
		}
		if (newRecords >= this.limits.window()) {
			if (newLetters > newRecords * this.limits.maxRatio()) {
				throw new TooManyDeadLettersException(
						"%d dead letters among the last %d records".formatted(newLetters, newRecords));
			}
			// What is older counts for half from here on.
			newRecords /= 2;
			newLetters /= 2;
		}
		this.run = newRun;
		this.records = newRecords;
		this.letters = newLetters;
	}

}
