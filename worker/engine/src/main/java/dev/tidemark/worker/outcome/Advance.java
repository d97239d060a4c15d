package dev.tidemark.worker.outcome;

/**
 * How far a poll goes in a partition, and from where.
 *
 * @param to how far the database is when the poll has been decided
 * @param from up to where the database must have been before it; {@link #ANYWHERE} if it
 * need not have been anywhere
 */
public record Advance(KnownPosition to, long from) {

	/** The group has no offset, or one that was moved on purpose. */
	public static final long ANYWHERE = -1;

}
