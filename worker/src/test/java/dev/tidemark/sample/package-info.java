/**
 * Entities that no application has: outside of the packages that are searched for them.
 */
@NullMarked
package dev.tidemark.sample;

import org.jspecify.annotations.NullMarked;
