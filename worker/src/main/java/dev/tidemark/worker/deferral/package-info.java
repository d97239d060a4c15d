/**
 * Commands that wait for a user, in the order in which they came.
 */
@NullMarked
package dev.tidemark.worker.deferral;

import org.jspecify.annotations.NullMarked;
