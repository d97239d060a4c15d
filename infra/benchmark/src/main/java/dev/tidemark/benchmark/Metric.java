package dev.tidemark.benchmark;

import java.util.Locale;

/**
 * What is measured of a run.
 */
enum Metric {

	/** Commands per second. */
	COMMANDS_PER_SECOND,

	/** The contender's CPU time per command, in microseconds. */
	CONTENDER_MICROS,

	/** PostgreSQL's CPU time per command, in microseconds. */
	DATABASE_MICROS,

	/** The broker's CPU time per command, in microseconds. */
	BROKER_MICROS,

	/** Write-ahead log per command, in bytes. */
	WAL_BYTES,

	/** The contender's largest resident size, in megabytes. */
	PEAK_MEGABYTES,

	/** From the contender's start to its first commit, in seconds. */
	START_SECONDS,

	/** The median of the latencies, in milliseconds. */
	P50_MILLIS,

	/** The latency that one in a hundred exceeds, in milliseconds. */
	P99_MILLIS,

	/** The longest latency, in milliseconds. */
	MAX_MILLIS;

	/** The name of the column. */
	String column() {
		return name().toLowerCase(Locale.ROOT);
	}

}
