/**
 * Aggregates that exist in tests alone: a shelf, whose key is a number, and an item on
 * it, whose commands have members of every kind.
 */
@NullMarked
package dev.tidemark.contracts.sample;

import org.jspecify.annotations.NullMarked;
