/**
 * Tasks: what their commands do to them.
 */
@NullMarked
package dev.tidemark.worker.task;

import org.jspecify.annotations.NullMarked;
