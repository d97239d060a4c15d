package dev.tidemark.worker.waiting;

import java.sql.SQLException;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What can be waited for. The name is the word that health and runbook have for it.
 */
public enum Trouble {

	/** The database does not answer, or refuses what it is there for. */
	DATABASE_UNREACHABLE("database"),

	/** The broker does not answer, or refuses. */
	BROKER_UNREACHABLE("kafka"),

	/** Topics are missing. */
	TOPICS_MISSING("topics"),

	/** The schema is not the one that the worker was built for. */
	SCHEMA_BEHIND("schema"),

	/** The next record of a partition can't be read. That partition waits, alone. */
	PARTITION_UNREADABLE("partitions"),

	/**
	 * Database, group and topic do not agree on where they are. Somebody has to say how
	 * to go on.
	 */
	OUT_OF_STEP("position"),

	/**
	 * Rows are durable, and the event that tells of them is larger than its topic takes.
	 */
	EVENT_TOO_LARGE("event-size"),

	/** The guard has stopped the intake. */
	TOO_MANY_DEAD_LETTERS("dead-letters"),

	/** None of the above: a mistake of the worker's. */
	UNEXPECTED_FAILURE("other");

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private final String awaited;

	Trouble(String awaited) {
		this.awaited = awaited;
	}

	/**
	 * Returns what has to become well.
	 * @return one word in lower case, as metrics have it
	 */
	public String awaited() {
		return this.awaited;
	}

	/**
	 * Tells from a failure what is wrong.
	 * @param failure what went wrong
	 * @return what that means
	 */
	public static Trouble of(Throwable failure) {
		Trouble found = UNEXPECTED_FAILURE;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			switch (cause) {
				case SQLException sql -> {
					return isAboutSchema(sql.getSQLState()) ? SCHEMA_BEHIND : DATABASE_UNREACHABLE;
				}
				case UnknownTopicOrPartitionException _ -> {
					return TOPICS_MISSING;
				}
				case RecordTooLargeException _ -> {
					return EVENT_TOO_LARGE;
				}
				// What it was caused by may say more.
				case KafkaException _ -> found = BROKER_UNREACHABLE;
				default -> {
				}
			}
		}
		return found;
	}

	/** Class 42, of which most say that a table or a column is not there. */
	private static boolean isAboutSchema(String state) {
		return state != null && state.startsWith("42") && !state.equals(INSUFFICIENT_PRIVILEGE);
	}

}
