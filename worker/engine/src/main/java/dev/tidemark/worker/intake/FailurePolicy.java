package dev.tidemark.worker.intake;

import java.sql.SQLException;

import org.apache.kafka.common.KafkaException;
import org.hibernate.StaleStateException;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.publication.SnapshotTooLargeException;
import dev.tidemark.worker.reading.UnreadableRecordException;

/**
 * Says what to do about a failure. The only place that decides it.
 */
@Component
class FailurePolicy {

	/** What to do. */
	enum Decision {

		/**
		 * The surroundings are ill, and every record would fail: wait, and try the same
		 * again, for ever.
		 */
		WAIT,

		/** Another transaction was in the way: look at what it left, and try at once. */
		AGAIN,

		/**
		 * Two transactions were in each other's way, and this one was chosen to give way:
		 * try at once, a few times, and then wait. No record is to blame.
		 */
		AGAIN_AND_WAIT,

		/** Some record is to blame: find it, and let the others through. */
		SPLIT

	}

	/**
	 * Decides about a failure to decide commands.
	 * @param failure what went wrong; the transaction has been rolled back
	 * @return what to do
	 */
	Decision decide(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			switch (cause) {
				case SQLException sql -> {
					return decide(sql.getSQLState());
				}
				// A row went away between its load and its update.
				case StaleStateException _ -> {
					return Decision.AGAIN;
				}
				// The record's own data are in the way.
				case SnapshotTooLargeException _, UnreadableRecordException _ -> {
					return Decision.SPLIT;
				}
				case KafkaException _ -> {
					return Decision.WAIT;
				}
				default -> {
				}
			}
		}
		// A mistake of the worker's, for which no sender is to pay with a command.
		return Decision.WAIT;
	}

	/**
	 * Decides by SQLSTATE (PostgreSQL's documentation, appendix A).
	 */
	private static Decision decide(String state) {
		if (state == null || state.length() != 5) {
			return Decision.WAIT;
		}
		return switch (state) {
			// foreign_key_violation, unique_violation: the state that was loaded is not
			// the one
			// that is there now.
			case "23503", "23505" -> Decision.AGAIN;
			default -> switch (state.substring(0, 2)) {
				// data exception, integrity constraint violation, program limit exceeded
				case "22", "23", "54" -> Decision.SPLIT;
				// transaction rollback: deadlock, serialization failure
				case "40" -> Decision.AGAIN_AND_WAIT;
				// Everything else is the surroundings': connection (08), invalid
				// authorization (28), transaction state and
				// read-only node (25), access or a wrong schema (42),
				// resources and full disk (53), locks and
				// time-outs (55, 57), the system (58), corruption (XX); and whatever
				// nobody has thought of.
				default -> Decision.WAIT;
			};
		};
	}

	/**
	 * Says what went wrong without showing any of the data that it went wrong with, as
	 * messages of a database may.
	 */
	static String inAWord(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql) {
				return "SQLSTATE " + sql.getSQLState();
			}
			if (cause instanceof SnapshotTooLargeException || cause instanceof UnreadableRecordException) {
				return String.valueOf(cause.getMessage());
			}
		}
		return failure.getClass().getSimpleName();
	}

}
