/**
 * What travels between Tidemark and everybody else, whatever it is about:
 * {@linkplain dev.tidemark.contracts.Command commands} in,
 * {@linkplain dev.tidemark.contracts.Snapshot snapshots} and
 * {@linkplain dev.tidemark.contracts.Rejection rejections} out. The rules of the wire are
 * enforced here, so whatever instance exists is well formed.
 * <p>
 * This package knows no aggregate. Each has a package of its own, and declares an
 * {@link dev.tidemark.contracts.AggregateType}.
 */
@NullMarked
package dev.tidemark.contracts;

import org.jspecify.annotations.NullMarked;
