package dev.tidemark.worker.batch;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.Verb;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.LogFields;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.outcome.Verdict;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.publication.Event.Resume;
import dev.tidemark.worker.publication.SnapshotTooLargeException;

/**
 * Commands that have been decided before, and come again. What was not sure to be
 * published is published again; a duplicate changes nothing.
 */
final class Redelivery {

	private static final Logger logger = LoggerFactory.getLogger(Redelivery.class);

	private final Loaded loaded;

	private final Results results;

	Redelivery(Loaded loaded, Results results) {
		this.loaded = loaded;
		this.results = results;
	}

	/**
	 * Takes a command whose id the log has.
	 * @param received the command
	 * @param logged the log's entry
	 */
	void of(ReceivedCommand received, LoggedCommand logged) {
		if (logged.cameIn(received.coordinates()) && !this.loaded.isPublished(received)) {
			publishAgain(received, logged);
			// What had to wait is the resume's to publish.
			this.results.note(received, logged,
					(logged.getResumedBy() != null) ? Verdict.DEFERRED : logged.getOutcome());
		}
		else {
			passOver(received, logged);
		}
	}

	/** Passes over a duplicate; what only has the same id is not lost unseen. */
	private void passOver(ReceivedCommand received, LoggedCommand logged) {
		List<String> differences = logged.cameIn(received.coordinates()) ? List.of()
				: logged.differences(received.command());
		if (differences.isEmpty()) {
			this.results.duplicate(received);
		}
		else {
			this.results.add(new DeadLetter(received.record(), DeadLetterReason.ID_REUSED,
					"id is that of another command, which came in %s: other %s".formatted(logged.coordinates(),
							String.join(", other ", differences))));
		}
	}

	private void publishAgain(ReceivedCommand received, LoggedCommand logged) {
		AggregateKey aggregate = AggregateKey.of(received.command());
		if (received.command().type().verb() == Verb.RESUME) {
			this.loaded.resumed()
				.getOrDefault(received.id(), List.of())
				.forEach((child) -> publishTakenUp(aggregate, child));
			DeadLetter letter = this.loaded.discarded().get(received.id());
			if (letter != null) {
				this.results.add(letter);
			}
			if (this.loaded.queues().isWaiting(aggregate)) {
				this.results.add(new Resume(aggregate, received.cause()));
			}
		}
		else if (logged.getResumedBy() == null) {
			publishAgain(aggregate, logged, received.cause());
		}
	}

	private void publishTakenUp(AggregateKey aggregate, LoggedCommand child) {
		LoggedCommand taken = this.loaded.log().find(child.getCommandId());
		if (taken == null) {
			this.loaded.log().adopt(child.getCommandId(), child);
			taken = child;
		}
		publishAgain(aggregate, taken, taken.cause());
		this.results.note(taken);
	}

	private void publishAgain(AggregateKey aggregate, LoggedCommand logged, Cause cause) {
		switch (logged.getOutcome()) {
			case REJECTED -> this.results.publishRejection(logged, cause);
			case APPLIED -> publishAgainApplied(aggregate, logged, cause);
			case DEFERRED -> {
			}
		}
	}

	private void publishAgainApplied(AggregateKey aggregate, LoggedCommand logged, Cause cause) {
		CommandType type = Objects.requireNonNull(logged.commandType(), logged.getType());
		if (type.verb() == Verb.DELETE || logged.getVersion() == null) {
			this.results.publish(aggregate, logged, aggregate.type().tombstone(), logged.getVersion(), null, cause);
			return;
		}
		if (logged.getSuperseded() != null) {
			this.results.publish(aggregate, logged, aggregate.type().snapshot(), logged.getVersion(),
					logged.getSuperseded().getBytes(StandardCharsets.UTF_8), cause);
			return;
		}
		ReadModel readModel = this.loaded.inHand().readModel(aggregate);
		if (!Objects.equals(readModel.version(), logged.getVersion())) {
			// No command does this. Consumers are to see what the table holds.
			LogFields.add(logger.atWarn(), logged.coordinates(), logged.getCommandId())
				.log("{}, command {}, made version {}, but by other hands it is at version {}: publishing that",
						logged.coordinates(), logged.getCommandId(), logged.getVersion(), readModel.version());
		}
		try {
			this.results.publish(aggregate, logged, readModel, cause);
		}
		catch (SnapshotTooLargeException ex) {
			// The row is durable: its topic has to take the event, sooner or later.
			throw new RecordTooLargeException(String.valueOf(ex.getMessage()), ex);
		}
	}

}
