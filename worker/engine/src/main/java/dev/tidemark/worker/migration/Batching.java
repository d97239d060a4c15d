package dev.tidemark.worker.migration;

import java.time.Duration;

/**
 * How a large table is worked through.
 *
 * @param rows how many rows at a time, so that nobody waits for more than these
 * @param pause how long to leave the server to others after that
 */
record Batching(int rows, Duration pause) {

	static final Batching DEFAULT = new Batching(1000, Duration.ofMillis(100));

}
