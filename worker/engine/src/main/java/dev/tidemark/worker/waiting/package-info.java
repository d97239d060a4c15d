/**
 * Waiting for surroundings that are ill: how long, and what is said of it.
 */
@NullMarked
package dev.tidemark.worker.waiting;

import org.jspecify.annotations.NullMarked;
