/**
 * The proof that the contract's guarantees hold, from outside: a
 * {@link dev.tidemark.worker.proof.Workload} is sent while
 * {@link dev.tidemark.worker.proof.Fault}s strike; a
 * {@link dev.tidemark.worker.proof.Model}, which shares no code with the worker, says
 * what must come of it; the {@link dev.tidemark.worker.proof.Evidence} is gathered from
 * the topics, the tables and the logs; and each {@link dev.tidemark.worker.proof.Promise}
 * compares the two.
 */
@NullMarked
package dev.tidemark.worker.proof;

import org.jspecify.annotations.NullMarked;
