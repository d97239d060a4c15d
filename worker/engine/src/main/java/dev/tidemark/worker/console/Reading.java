package dev.tidemark.worker.console;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What was found out, or why it could not be.
 *
 * @param at when the value was found; null if it never was
 * @param value the value, which stays what it was when it can't be found out any more
 * @param failure why it could not be found out the last time, in one line; null if it
 * could
 * @param <T> what it tells
 */
record Reading<T>(@Nullable Instant at, @Nullable T value, @Nullable String failure) {
}
