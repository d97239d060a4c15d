/**
 * Posts: what can be asked of one, and what is published of it.
 */
@NullMarked
package dev.tidemark.contracts.post;

import org.jspecify.annotations.NullMarked;
