/**
 * The field suite: what bug reports of other systems between Kafka and a database tell
 * of, done to a real worker on real servers. A class for each kind: what a
 * {@linkplain dev.tidemark.worker.field.SendersTests sender} can put into a record, and
 * {@linkplain dev.tidemark.worker.field.BoundsTests how much} of it; what comes
 * {@linkplain dev.tidemark.worker.field.PollTests out of a poll and a commit}; what
 * {@linkplain dev.tidemark.worker.field.UnseenTests is there and not seen}; what was
 * {@linkplain dev.tidemark.worker.field.SettingsTests configured}; what an
 * {@linkplain dev.tidemark.worker.field.OperatorTests operator types}.
 * <p>
 * A fault is told in one line, has a word in readiness that stays, and ends. None makes
 * more than 60 lines a minute; the suite prints how many each has made.
 */
@NullMarked
package dev.tidemark.worker.field;

import org.jspecify.annotations.NullMarked;
