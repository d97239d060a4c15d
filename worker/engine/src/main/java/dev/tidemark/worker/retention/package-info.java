/**
 * How long commands are remembered, and how the log lets go of them after that.
 */
@NullMarked
package dev.tidemark.worker.retention;

import org.jspecify.annotations.NullMarked;
