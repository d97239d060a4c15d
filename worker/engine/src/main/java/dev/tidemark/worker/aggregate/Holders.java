package dev.tidemark.worker.aggregate;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Field;
import dev.tidemark.worker.state.Reads;

/**
 * Which aggregate has which value of a unique member, as the batch stands: those that it
 * touches, and those of the others that have a value that a command asks for.
 *
 * @param <E> the type of the rows
 */
final class Holders<E> {

	private final Unique<E> unique;

	/** What commands ask for, and nobody has been looked for who has it. */
	private final Set<Object> wanted = new HashSet<>();

	private final Map<Object, Object> keysByValue = new HashMap<>();

	private final Map<Object, Object> valuesByKey = new HashMap<>();

	Holders(Unique<E> unique) {
		this.unique = unique;
	}

	Unique<E> unique() {
		return this.unique;
	}

	/** Takes note of what a command asks for. */
	void want(Command command) {
		Object value = value(command);
		if (value != null && !this.keysByValue.containsKey(value)) {
			this.wanted.add(value);
		}
	}

	/** Finds which others have what is asked for. */
	void find(Reads reads, Class<E> entity, Collection<Object> touched) {
		reads.findHolders(entity, this.unique.attribute(), Set.copyOf(this.wanted), touched, this.keysByValue::put);
		this.wanted.clear();
	}

	/** Whether another aggregate has what a command asks for. */
	boolean isTaken(Command command, Object key) {
		Object value = value(command);
		Object holder = (value != null) ? this.keysByValue.get(value) : null;
		return holder != null && !holder.equals(key);
	}

	private @Nullable Object value(Command command) {
		Object value = command.type().value(command, this.unique.member().wireName());
		return (value instanceof Field<?> field) ? (field.isGiven() ? field.value() : null) : value;
	}

	/** A row has come, or may have changed. */
	void put(Object key, E row) {
		remove(key);
		Object value = this.unique.ofRow().apply(row);
		if (value != null) {
			this.keysByValue.put(value, key);
			this.valuesByKey.put(key, value);
		}
	}

	/** A row has gone. */
	void remove(Object key) {
		Object before = this.valuesByKey.remove(key);
		if (before != null) {
			this.keysByValue.remove(before, key);
		}
	}

}
