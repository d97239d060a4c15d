/**
 * From Kafka's records to commands: the only place that consumes.
 */
@NullMarked
package dev.tidemark.worker.intake;

import org.jspecify.annotations.NullMarked;
