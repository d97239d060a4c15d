/**
 * The bar: a loop that does what the worker does, written for nothing but speed.
 */
@NullMarked
package dev.tidemark.benchmark.handwritten;

import org.jspecify.annotations.NullMarked;
