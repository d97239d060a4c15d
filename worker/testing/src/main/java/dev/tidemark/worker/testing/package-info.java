/**
 * Tests of any application's aggregates, to be extended by a class without a body, and
 * the embedded run.
 */
@NullMarked
package dev.tidemark.worker.testing;

import org.jspecify.annotations.NullMarked;
