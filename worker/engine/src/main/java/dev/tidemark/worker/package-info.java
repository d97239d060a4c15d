/**
 * The engine of a worker. A record's journey: {@code intake} takes it, {@code reading}
 * makes a command with its {@code envelope} of it, {@code batch} decides a whole poll in
 * one database transaction, with {@code aggregate} answering for the state by what the
 * application declares, {@code deferral} for what has to wait and {@code outcome} for
 * what is remembered; then {@code publication} sends what came of it, together with the
 * consumed offsets, in one Kafka transaction, which is around the database's and ends
 * last. Beside the journey stand {@code deadletter}, for what fell off, and
 * {@code operations}, the jar's tools.
 */
@NullMarked
package dev.tidemark.worker;

import org.jspecify.annotations.NullMarked;
