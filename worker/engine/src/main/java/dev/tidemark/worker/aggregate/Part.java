package dev.tidemark.worker.aggregate;

import org.jspecify.annotations.Nullable;

/**
 * Says that an aggregate has a part with a row of its own in another table, under the
 * aggregate's key. The database deletes it with the aggregate's row.
 *
 * @param <E> the type of the aggregate's rows
 * @param <P> the type of the part's rows
 */
public interface Part<E, P> {

	/**
	 * Returns the entity that the part is.
	 * @return the part's type
	 */
	Class<P> entity();

	/**
	 * Tells whether a row that has been loaded has a part to be loaded.
	 * @param row the aggregate's row
	 * @return whether there may be one
	 */
	boolean isExpectedOf(E row);

	/**
	 * Takes in a part that has been loaded.
	 * @param row the aggregate's row
	 * @param part the part
	 */
	void attach(E row, P part);

	/**
	 * Returns a row's part as it stands now.
	 * @param row the aggregate's row
	 * @return the part, or null if there is none
	 */
	@Nullable P of(E row);

	/**
	 * Returns the key that a part shares with its aggregate's row.
	 * @param part the part
	 * @return the key
	 */
	Object key(P part);

	/**
	 * Tells whether a stored part need not be written.
	 * @param stored the part as the table holds it
	 * @param now the part as it stands
	 * @return whether all columns are the same
	 */
	boolean isSame(P stored, P now);

}
