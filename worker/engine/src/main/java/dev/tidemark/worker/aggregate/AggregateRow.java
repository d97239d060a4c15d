package dev.tidemark.worker.aggregate;

import java.time.Instant;

/**
 * The row of an aggregate: an entity that counts the commands that have been applied to
 * it. JPA does not count them: every applied command is a version, also where several of
 * one batch make a single UPDATE, or where nothing else changes.
 */
public interface AggregateRow {

	/**
	 * Returns the version.
	 * @return the number of commands applied since its create, which makes version 1
	 */
	long getVersion();

	/**
	 * Counts a command that has been applied.
	 * @param at the command's time
	 */
	void commanded(Instant at);

}
