package dev.tidemark.worker.migration;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Where the database's schema stands.
 *
 * @param current the migration that ran last; null if none did
 * @param since when that was; null if none did
 * @param pending the migrations that have not run yet
 * @param objection why this worker can't work with it, in one line; null if it can
 */
public record SchemaStanding(@Nullable String current, @Nullable Instant since, List<String> pending,
		@Nullable String objection) {
}
