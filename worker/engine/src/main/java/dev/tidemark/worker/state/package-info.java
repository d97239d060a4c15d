/**
 * Rows while a batch works on them: loaded once, changed in memory, written once.
 */
@NullMarked
package dev.tidemark.worker.state;

import org.jspecify.annotations.NullMarked;
