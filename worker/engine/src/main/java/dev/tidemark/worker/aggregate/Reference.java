package dev.tidemark.worker.aggregate;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;

/**
 * Says that an aggregate refers to another one, its parent. A command that names a parent
 * who is not there waits for it, and a parent can't be deleted while somebody refers to
 * it.
 *
 * @param <E> the type of the rows that refer
 * @param <N> the type of the commands that create them
 * @param <C> the type of the commands that change them
 * @param to the parent's type
 * @param attribute the attribute of the row that holds the parent's key
 * @param ofCreate the key of the parent that a create names; null if it names none
 * @param ofChange the key of the parent that a change names; null if the parent stays
 * @param ofRow the key of the parent that a row has; null if it has none
 */
public record Reference<E, N extends Command, C extends Command>(AggregateType to, String attribute,
		Function<N, @Nullable String> ofCreate, Function<C, @Nullable String> ofChange,
		Function<E, @Nullable String> ofRow) {
}
