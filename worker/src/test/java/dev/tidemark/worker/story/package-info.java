/**
 * The embedded run: the worker as it is, with a broker and a database beside it, and a
 * small story told by real commands.
 */
@NullMarked
package dev.tidemark.worker.story;

import org.jspecify.annotations.NullMarked;
