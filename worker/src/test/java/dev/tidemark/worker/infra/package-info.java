/**
 * What {@code infra} says of the worker, compared with the worker.
 */
@NullMarked
package dev.tidemark.worker.infra;

import org.jspecify.annotations.NullMarked;
