/**
 * Posts: what their commands do to them.
 */
@NullMarked
package dev.tidemark.worker.post;

import org.jspecify.annotations.NullMarked;
