/**
 * The console: one page at the management port that shows what the worker, and all
 * workers of its group, do just now, for whoever was woken up. Off unless switched on.
 */
@NullMarked
package dev.tidemark.worker.console;

import org.jspecify.annotations.NullMarked;
