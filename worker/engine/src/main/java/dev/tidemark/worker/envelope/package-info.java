/**
 * What travels with a command from intake to publication: who caused what, where it stood
 * in Kafka, and which trace it belongs to.
 */
@NullMarked
package dev.tidemark.worker.envelope;

import org.jspecify.annotations.NullMarked;
