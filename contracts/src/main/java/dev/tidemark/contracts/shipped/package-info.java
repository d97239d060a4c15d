/**
 * The aggregates that Tidemark ships.
 */
@NullMarked
package dev.tidemark.contracts.shipped;

import org.jspecify.annotations.NullMarked;
