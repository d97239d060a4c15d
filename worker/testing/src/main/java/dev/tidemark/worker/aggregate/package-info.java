/**
 * What tests have to know of the aggregates of any application.
 */
@NullMarked
package dev.tidemark.worker.aggregate;

import org.jspecify.annotations.NullMarked;
