package dev.tidemark.worker.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The rows of one table that a batch touches: as they were loaded, as they are now, and
 * what must be written for the table to follow. However often a row changes, it is
 * written once; one that comes and goes within the batch is not written at all.
 *
 * @param <K> the key's type
 * @param <E> the entity's type
 */
public final class WorkingSet<K, E> {

	private final Set<K> stored = new HashSet<>();

	private final Map<K, E> current = new HashMap<>();

	/** Keys whose row must be written, in the order of their first change. */
	private final Set<K> changed = new LinkedHashSet<>();

	/**
	 * Takes in a row that the table is known to have.
	 * @param key the row's key
	 * @param row the row
	 */
	public void adopt(K key, E row) {
		this.stored.add(key);
		this.current.put(key, row);
	}

	/**
	 * Finds a row as it stands now.
	 * @param key the row's key
	 * @return the row, or null if there is none (any more)
	 */
	public @Nullable E find(K key) {
		return this.current.get(key);
	}

	/**
	 * Puts a row, which may be new or have changed in place, to be written.
	 * @param key the row's key
	 * @param row the row
	 */
	public void put(K key, E row) {
		this.current.put(key, row);
		this.changed.add(key);
	}

	/**
	 * Removes a row.
	 * @param key the row's key
	 */
	public void remove(K key) {
		this.current.remove(key);
		this.changed.add(key);
	}

	/**
	 * Returns the rows as they stand now.
	 * @return an unmodifiable view
	 */
	public Map<K, E> current() {
		return Collections.unmodifiableMap(this.current);
	}

	/**
	 * Returns the rows that the table does not have yet.
	 * @return the rows to insert
	 */
	public List<E> inserts() {
		return written((key) -> !this.stored.contains(key));
	}

	/**
	 * Returns the rows that the table has otherwise.
	 * @return the rows to update
	 */
	public List<E> updates() {
		return written(this.stored::contains);
	}

	/**
	 * Returns the keys that the table still has.
	 * @return the keys to delete
	 */
	public List<K> deletes() {
		return this.changed.stream()
			.filter((key) -> this.stored.contains(key) && !this.current.containsKey(key))
			.toList();
	}

	private List<E> written(Predicate<K> which) {
		List<E> rows = new ArrayList<>();
		for (K key : this.changed) {
			E row = this.current.get(key);
			if (row != null && which.test(key)) {
				rows.add(row);
			}
		}
		return rows;
	}

}
