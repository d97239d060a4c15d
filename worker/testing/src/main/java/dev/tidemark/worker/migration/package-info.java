/**
 * Proofs of the migrations, and what writes them: {@code Revision} compares the entities
 * with the schema that the changelog makes, as the drift test does.
 */
@NullMarked
package dev.tidemark.worker.migration;

import org.jspecify.annotations.NullMarked;
