/**
 * What comes of a command, and the log that remembers it.
 */
@NullMarked
package dev.tidemark.worker.outcome;

import org.jspecify.annotations.NullMarked;
