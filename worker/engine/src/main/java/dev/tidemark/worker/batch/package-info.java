/**
 * The one database transaction in which a poll's commands are decided.
 */
@NullMarked
package dev.tidemark.worker.batch;

import org.jspecify.annotations.NullMarked;
