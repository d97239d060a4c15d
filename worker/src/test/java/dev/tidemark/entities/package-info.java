/**
 * Entities of tests: outside of the packages that the worker searches for its own.
 */
@NullMarked
package dev.tidemark.entities;

import org.jspecify.annotations.NullMarked;
