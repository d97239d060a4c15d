package dev.tidemark.worker.intake;

import org.springframework.stereotype.Component;

import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.publication.Event;
import dev.tidemark.worker.publication.Event.DeadLetter;

/**
 * Tells meters, traces and log of a poll, once it has been published: what has to be done
 * again is not told twice. A crash in between tells nothing.
 */
@Component
class Report {

	private final WorkerMeters meters;

	private final DeadLetterLog letters;

	Report(WorkerMeters meters, DeadLetterLog letters) {
		this.meters = meters;
		this.letters = letters;
	}

	void published(Processed poll) {
		long now = System.currentTimeMillis();
		this.meters.published(poll.size());
		poll.decided().forEach((decided) -> this.meters.published(decided, now));
		for (Event event : poll.events()) {
			if (event instanceof DeadLetter letter) {
				this.meters.deadLetterPublished(letter.record().coordinates().topic(), letter.reason());
				this.letters.published(letter);
			}
		}
		poll.misplaced().forEach(this.meters::misplaced);
		poll.spans().end(poll.decided());
	}

}
