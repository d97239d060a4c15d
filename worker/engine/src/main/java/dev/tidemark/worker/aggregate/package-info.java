/**
 * Aggregates, whatever their type. Here is what is the same for all: what exists, which
 * version it has, whom it refers to and who refers to it, and the order in which rows are
 * written. What a command does to a row is the aggregate's own.
 */
@NullMarked
package dev.tidemark.worker.aggregate;

import org.jspecify.annotations.NullMarked;
