/**
 * Tidemark for the tests of those who send it commands or read its events: in containers,
 * with all it needs.
 */
@NullMarked
package dev.tidemark.testcontainers;

import org.jspecify.annotations.NullMarked;
