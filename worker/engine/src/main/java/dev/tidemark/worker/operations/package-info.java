/**
 * The jar's tools for operations staff.
 */
@NullMarked
package dev.tidemark.worker.operations;

import org.jspecify.annotations.NullMarked;
