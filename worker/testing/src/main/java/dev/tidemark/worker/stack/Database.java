package dev.tidemark.worker.stack;

/**
 * A PostgreSQL server that can be stopped and started again, and keeps its data and its
 * port meanwhile. It writes through to the disk ({@code fsync},
 * {@code synchronous_commit}), so that what it has committed survives a crash as it does
 * in production.
 */
sealed interface Database extends AutoCloseable permits DatabaseProcess, DatabaseContainer, DatabasePair {

	/**
	 * Returns the server's administrator and the database that is always there.
	 */
	DatabaseAddress address();

	/**
	 * Starts the server and waits until it answers.
	 */
	void start();

	/**
	 * Stops the server the way a crash does: no checkpoint, and every connection cut.
	 */
	void stopImmediately();

	/**
	 * Stops the server and drops its data.
	 */
	@Override
	void close();

}
