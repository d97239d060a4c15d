package dev.tidemark.worker.intake;

import java.util.List;
import java.util.Map;

import dev.tidemark.worker.observability.PollSpans;
import dev.tidemark.worker.outcome.Decided;
import dev.tidemark.worker.publication.Event;

/**
 * A poll that has been decided and not yet been published.
 *
 * @param events what is to be published, in order
 * @param decided what the commands have come to
 * @param size how many records the poll has
 * @param dead its dead letters
 * @param misplaced by source, how many commands lie where their key does not belong
 * @param spans the commands' spans
 */
record Processed(List<Event> events, List<Decided> decided, int size, DeadRun dead, Map<String, Integer> misplaced,
		PollSpans spans) {
}
