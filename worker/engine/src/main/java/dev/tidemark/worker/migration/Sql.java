package dev.tidemark.worker.migration;

import org.jspecify.annotations.Nullable;

/**
 * Text as PostgreSQL reads it, for statements that can be run as well as printed.
 */
final class Sql {

	private Sql() {
	}

	/** Quotes a value; null becomes {@code null}. */
	static String literal(@Nullable String value) {
		return (value != null) ? "'" + value.replace("'", "''") + "'" : "null";
	}

}
