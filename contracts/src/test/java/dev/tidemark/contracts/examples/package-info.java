/**
 * The examples of the contract, for tests of any module: every one is a Kafka record.
 */
@NullMarked
package dev.tidemark.contracts.examples;

import org.jspecify.annotations.NullMarked;
