package dev.tidemark.worker.aggregate;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Member;

/**
 * Says where the rows have a member of which no two aggregates have the same value. A
 * command that asks for one that another aggregate has is rejected.
 * <p>
 * The column needs a unique constraint, which holds whatever two workers do at the same
 * moment. It is best {@code deferrable initially deferred}: in one batch, a value may
 * pass from one row to another.
 *
 * @param <E> the type of the rows
 * @param member the member, as the contract declares it
 * @param attribute the attribute of the row that holds it
 * @param ofRow the value that a row has: text, a {@link java.util.UUID} or a
 * {@link Long}; null if it has none
 * @see dev.tidemark.contracts.AggregateType#uniqueMembers()
 */
public record Unique<E>(Member<?> member, String attribute, Function<E, ? extends @Nullable Object> ofRow) {
}
