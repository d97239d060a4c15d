/**
 * What travels between Tidemark and everybody else:
 * {@linkplain dev.tidemark.contracts.Command commands} in,
 * {@linkplain dev.tidemark.contracts.TaskSnapshot snapshots} and
 * {@linkplain dev.tidemark.contracts.Rejection rejections} out. The rules of the wire are
 * enforced here, so whatever instance exists is well formed.
 */
@NullMarked
package dev.tidemark.contracts;

import org.jspecify.annotations.NullMarked;
