package dev.tidemark.worker.intake;

import java.util.concurrent.locks.ReentrantLock;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Stops the intake when so much of what comes is dead that the fault is likely here, as
 * after a wrong deploy, and not in the records: a topic must not be drained into its dead
 * letters. A poll that would go too far is not published; it waits, like anything else
 * that cannot go on, until somebody has looked.
 * <p>
 * What counts is what has been published. So polls that have dead letters are published
 * one at a time, whichever consumer they are of; others wait for nobody.
 */
@Component
@EnableConfigurationProperties(GuardProperties.class)
class DeadLetterGuard {

	private final GuardProperties limits;

	private final ReentrantLock publishing = new ReentrantLock();

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
	 * @param poll the poll
	 * @return to be told when it has been published, and to be closed
	 * @throws TooManyDeadLettersException if this is too much; the poll counts as not
	 * seen
	 */
	Admission admit(Processed poll) {
		DeadRun dead = poll.dead();
		if (dead.letters() > 0) {
			this.publishing.lock();
			try {
				judge(poll.size(), dead);
			}
			catch (TooManyDeadLettersException ex) {
				this.publishing.unlock();
				throw ex;
			}
		}
		return new Admission(poll.size(), dead);
	}

	private synchronized void judge(int size, DeadRun dead) {
		int longest = Math.max(this.run + dead.leading(), dead.longest());
		if (longest > this.limits.maxRun()) {
			throw new TooManyDeadLettersException("%d dead letters in a row".formatted(longest));
		}
		int newRecords = this.records + size;
		int newLetters = this.letters + dead.letters();
		if (newRecords >= this.limits.window() && newLetters > newRecords * this.limits.maxRatio()) {
			throw new TooManyDeadLettersException(
					"%d dead letters among the last %d records".formatted(newLetters, newRecords));
		}
	}

	private synchronized void count(int size, DeadRun dead) {
		this.run = (dead.leading() == size) ? this.run + size : dead.trailing();
		this.records += size;
		this.letters += dead.letters();
		if (this.records >= this.limits.window()) {
			// What is older counts for half from here on.
			this.records /= 2;
			this.letters /= 2;
		}
	}

	/** A poll that may be published. */
	final class Admission implements AutoCloseable {

		private final int size;

		private final DeadRun dead;

		private Admission(int size, DeadRun dead) {
			this.size = size;
			this.dead = dead;
		}

		/** The poll has been published, and counts. */
		void published() {
			count(this.size, this.dead);
		}

		/** Lets others publish. */
		@Override
		public void close() {
			if (this.dead.letters() > 0) {
				DeadLetterGuard.this.publishing.unlock();
			}
		}

	}

}
