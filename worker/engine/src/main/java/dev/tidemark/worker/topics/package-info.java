/**
 * Kafka's topics by their configured names, and how they come to be.
 */
@NullMarked
package dev.tidemark.worker.topics;

import org.jspecify.annotations.NullMarked;
