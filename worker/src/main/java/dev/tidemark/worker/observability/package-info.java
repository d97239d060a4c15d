/**
 * What can be seen of the worker from outside: metrics and health.
 */
@NullMarked
package dev.tidemark.worker.observability;

import org.jspecify.annotations.NullMarked;
