/**
 * From a record's bytes to a command, or to the reason why it can never be one.
 */
@NullMarked
package dev.tidemark.worker.reading;

import org.jspecify.annotations.NullMarked;
