/**
 * What can be seen of the worker from outside: metrics, health, traces.
 */
@NullMarked
package dev.tidemark.worker.observability;

import org.jspecify.annotations.NullMarked;
