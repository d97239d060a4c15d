/**
 * Measures the worker beside its peers: {@link dev.tidemark.benchmark.Benchmark} runs
 * each {@link dev.tidemark.benchmark.Contender} over the same
 * {@link dev.tidemark.benchmark.Workload} and writes down what it took.
 */
@NullMarked
package dev.tidemark.benchmark;

import org.jspecify.annotations.NullMarked;
