package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import dev.tidemark.worker.migration.Effect.Work;

/**
 * How large the tables of a database are, and how long work on them takes about: by how
 * much a server of moderate disks reads and writes in a second.
 *
 * @param tables sizes by the tables' names
 * @param areKnown whether a table that is not among them is empty, and not of any size
 */
record TableSizes(Map<String, Size> tables, boolean areKnown) {

	/** For whoever has no live database: every table may be large. */
	static final TableSizes UNKNOWN = new TableSizes(Map.of(), false);

	private static final Size NOTHING = new Size(0, 0, 0);

	private static final long BYTES_SCANNED = 200_000_000;

	private static final long BYTES_INDEXED = 50_000_000;

	private static final long BYTES_WRITTEN = 25_000_000;

	/**
	 * Asks a live database. It changes nothing, and counts nothing: the rows are what the
	 * last vacuum or analyze has seen.
	 */
	static TableSizes of(Connection connection) throws SQLException {
		Map<String, Size> tables = new HashMap<>();
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("""
				select c.oid::regclass::text, greatest(c.reltuples, s.n_live_tup, 0)::bigint, pg_table_size(c.oid),
				  pg_total_relation_size(c.oid)
				from pg_class c left join pg_stat_user_tables s on s.relid = c.oid
				where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'm')""")) {
			while (rows.next()) {
				tables.put(rows.getString(1), new Size(rows.getLong(2), rows.getLong(3), rows.getLong(4)));
			}
		}
		return new TableSizes(tables, true);
	}

	Size of(String table) {
		return this.tables.getOrDefault(table, NOTHING);
	}

	/** A number for people. */
	static String text(long number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

	/** About how long it takes. */
	Duration timeOf(Work work) {
		Size size = of(work.table());
		double seconds = switch (work.kind()) {
			case SCAN -> (double) size.bytes() / BYTES_SCANNED;
			case INDEX -> (double) size.bytes() / BYTES_INDEXED;
			case REWRITE, ROWS -> (double) size.allBytes() / BYTES_WRITTEN;
		};
		return Duration.ofMillis(Math.round(seconds * 1000));
	}

	/**
	 * A table's size.
	 *
	 * @param rows about how many rows it has
	 * @param bytes how large it is
	 * @param allBytes how large it is with its indexes
	 */
	record Size(long rows, long bytes, long allBytes) {

		/** The size for people. */
		@Override
		public String toString() {
			return "%s rows, %s".formatted(number(this.rows), bytes(this.allBytes));
		}

		private static String number(long number) {
			if (number >= 10_000_000) {
				return "%d million".formatted(Math.round(number / 1e6));
			}
			return text(number);
		}

		private static String bytes(long bytes) {
			return (bytes >= 10_000_000_000L) ? "%d GB".formatted(Math.round(bytes / 1e9))
					: "%d MB".formatted(Math.round(bytes / 1e6));
		}

	}

}
