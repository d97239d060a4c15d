/**
 * What the worker's tests run against: a {@link dev.tidemark.worker.stack.Stack} of a
 * real broker and a real database, a {@link dev.tidemark.worker.stack.Tenant} of it for
 * each test class, and the real worker as a
 * {@link dev.tidemark.worker.stack.WorkerProcess}.
 */
@NullMarked
package dev.tidemark.worker.stack;

import org.jspecify.annotations.NullMarked;
