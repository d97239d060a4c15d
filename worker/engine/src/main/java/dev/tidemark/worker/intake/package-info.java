/**
 * Takes polls of records from Kafka, and decides what to do when something fails: the
 * only place that consumes.
 */
@NullMarked
package dev.tidemark.worker.intake;

import org.jspecify.annotations.NullMarked;
