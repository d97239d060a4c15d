/**
 * From what was decided to records in Kafka: the only place that produces.
 */
@NullMarked
package dev.tidemark.worker.publication;

import org.jspecify.annotations.NullMarked;
