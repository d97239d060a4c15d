/**
 * What is said of settings, without a server.
 */
@NullMarked
package dev.tidemark.worker.settings;

import org.jspecify.annotations.NullMarked;
