/**
 * What most teams write: a listener, a transaction and a send for each record.
 */
@NullMarked
package dev.tidemark.benchmark.typical;

import org.jspecify.annotations.NullMarked;
