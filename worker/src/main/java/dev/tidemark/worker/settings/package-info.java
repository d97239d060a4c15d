/**
 * The worker's configuration for what runs without Spring's context.
 */
@NullMarked
package dev.tidemark.worker.settings;

import org.jspecify.annotations.NullMarked;
