/**
 * Commands that wait for what they name, in the order in which they came.
 */
@NullMarked
package dev.tidemark.worker.deferral;

import org.jspecify.annotations.NullMarked;
