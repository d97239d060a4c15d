package dev.tidemark.worker.aggregate;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Snapshot;

/**
 * Declares an aggregate: what is its own, and nothing that is the same for all. There is
 * one bean of each type.
 *
 * @param <E> the type of its rows
 * @param <N> the type of the commands that create one
 * @param <C> the type of the commands that change one
 */
public abstract class Aggregate<E extends AggregateRow, N extends Command, C extends Command> {

	private final AggregateType type;

	private final Class<E> entity;

	/**
	 * Declares an aggregate.
	 * @param type the type
	 * @param entity its rows
	 */
	protected Aggregate(AggregateType type, Class<E> entity) {
		this.type = type;
		this.entity = entity;
	}

	/**
	 * Returns the type.
	 * @return the type, never that of another bean
	 */
	public final AggregateType type() {
		return this.type;
	}

	/**
	 * Returns what the rows are.
	 * @return an entity whose key is one column
	 */
	public final Class<E> entity() {
		return this.entity;
	}

	/**
	 * Reads a key. To be overridden where rows have it otherwise than the contract does.
	 * @param key the key as records have it
	 * @return the key as the rows have it, and as its {@code toString()} has it: a
	 * {@link UUID}, a {@link Long}, or text
	 * @throws IllegalArgumentException if it can't be one
	 */
	protected Object rowKey(String key) {
		Class<?> member = this.type.key().type();
		if (member == UUID.class) {
			return UUID.fromString(key);
		}
		return (member == Long.class) ? Long.valueOf(key) : key;
	}

	/**
	 * Tells whether a text can be a key.
	 * @param text any text
	 * @return whether it is how records would have it
	 */
	final boolean isKey(String text) {
		try {
			return rowKey(text).toString().equals(text);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/**
	 * Returns the key that a command names. To be overridden where the command has it at
	 * hand.
	 * @param command a command of this type
	 * @return the key as the rows have it
	 */
	protected Object rowKey(Command command) {
		return rowKey(command.key());
	}

	/**
	 * Returns the key of a row.
	 * @param row the row
	 * @return its key, which never changes
	 */
	protected abstract Object rowKey(E row);

	/**
	 * Makes a row. Its version, and a number that the database draws, are given to it
	 * elsewhere.
	 * @param create the command
	 * @param at the command's time
	 * @return the row
	 */
	protected abstract E create(N create, Instant at);

	/**
	 * Changes a row as a command asks. Its version is counted elsewhere.
	 * @param row the row
	 * @param change the command
	 * @param at the command's time
	 */
	protected abstract void change(E row, C change, Instant at);

	/**
	 * Says how a row stands.
	 * @param row the row
	 * @return what is published of it
	 */
	protected abstract Snapshot snapshot(E row);

	/**
	 * Returns whom the rows refer to.
	 * @return the references, in the order in which they are checked
	 */
	protected List<Reference<E, N, C>> references() {
		return List.of();
	}

	/**
	 * Returns where the rows have the members that are unique.
	 * @return one for each that the contract declares
	 */
	protected List<Unique<E>> uniques() {
		return List.of();
	}

	/**
	 * Returns what else belongs to a row.
	 * @return the parts
	 */
	protected List<Part<E, ?>> parts() {
		return List.of();
	}

	/**
	 * Says in a rejection which aggregate it is about. To be overridden where a key is
	 * nobody else's to read.
	 * @param key the key as records have it
	 * @return for example {@code task 5a3f4eaf-d364-4d56-ac36-0ab04d74ae9a}
	 */
	protected String inWords(String key) {
		return this.type.wireName() + " " + key;
	}

}
