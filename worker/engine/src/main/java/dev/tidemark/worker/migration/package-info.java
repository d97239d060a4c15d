/**
 * The schema and its migrations: what the {@code migrate} commands do to a database, and
 * whether a database is the one that this worker was built for. Liquibase defines the
 * files, their checksums and the history table; the statements run here, so that a
 * migration and its line in the history are one transaction.
 */
@NullMarked
package dev.tidemark.worker.migration;

import org.jspecify.annotations.NullMarked;
