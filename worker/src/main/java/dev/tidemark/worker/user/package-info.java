/**
 * Users: what their commands do to them.
 */
@NullMarked
package dev.tidemark.worker.user;

import org.jspecify.annotations.NullMarked;
