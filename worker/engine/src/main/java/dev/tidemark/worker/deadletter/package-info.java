/**
 * What lies on the dead-letter topics: found, shown without its secrets, and sent back to
 * where it came from.
 */
@NullMarked
package dev.tidemark.worker.deadletter;

import org.jspecify.annotations.NullMarked;
