/**
 * What was configured: read and checked as a whole, for the worker and for what runs
 * without Spring's context.
 */
@NullMarked
package dev.tidemark.worker.settings;

import org.jspecify.annotations.NullMarked;
