package dev.tidemark.worker.aggregate;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Field;

/**
 * Says that an aggregate refers to another one, its parent. A command that names a parent
 * who is not there waits for it, and a parent can't be deleted while somebody refers to
 * it.
 * <p>
 * A parent's key may be given as the member, the {@link Field} or the attribute that
 * holds it, whatever its type.
 *
 * @param <E> the type of the rows that refer
 * @param <N> the type of the commands that create them
 * @param <C> the type of the commands that change them
 * @param to the parent's type
 * @param attribute the attribute of the row that holds the parent's key
 * @param ofCreate the key of the parent that a create names; null if it names none
 * @param ofChange the key of the parent that a change names; null, or a field that is
 * absent, if the parent stays
 * @param ofRow the key of the parent that a row has; null if it has none
 */
public record Reference<E, N extends Command, C extends Command>(AggregateType to, String attribute,
		Function<N, ? extends @Nullable Object> ofCreate, Function<C, ? extends @Nullable Object> ofChange,
		Function<E, ? extends @Nullable Object> ofRow) {

	/** Returns a key as records have it. */
	static @Nullable String key(@Nullable Object holder) {
		if (holder instanceof Field<?> field) {
			return field.isGiven() ? key(field.value()) : null;
		}
		return (holder != null) ? holder.toString() : null;
	}

}
