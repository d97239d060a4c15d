package dev.tidemark.worker.batch;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import org.apache.kafka.common.TopicPartition;

import dev.tidemark.contracts.Verb;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.Outcome.Applied;
import dev.tidemark.worker.outcome.Outcome.Deferred;
import dev.tidemark.worker.outcome.Outcome.Rejected;
import dev.tidemark.worker.outcome.Position;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.publication.Event.Resume;
import dev.tidemark.worker.publication.SnapshotJson;
import dev.tidemark.worker.state.Writes;

/**
 * One transaction's decisions about commands.
 */
final class Decisions {

	private final CommandLog commandLog;

	private final Loaded loaded;

	private final PollProgress poll;

	private final Results results;

	private final Redelivery redelivery;

	/** The partitions from which something new was decided. */
	private final Set<TopicPartition> decidedFrom = new HashSet<>();

	Decisions(CommandLog commandLog, SnapshotJson json, Loaded loaded, PollProgress poll) {
		this.commandLog = commandLog;
		this.loaded = loaded;
		this.poll = poll;
		this.results = new Results(json, loaded.log(), poll.shown());
		this.redelivery = new Redelivery(loaded, this.results);
	}

	Results results() {
		return this.results;
	}

	/** Decides a command, or finds that it has been decided. */
	void decide(ReceivedCommand received) {
		LoggedCommand logged = this.loaded.log().find(received.id());
		if (logged == null) {
			decideNew(received);
		}
		else {
			this.redelivery.of(received, logged);
		}
	}

	/** Discards the first of what a resume was to take up. */
	void discard(ReceivedCommand resume, Function<ReceivedRecord, DeadLetter> letter) {
		note(resume, remember(resume));
		AggregateKey aggregate = AggregateKey.of(resume.command());
		if (this.loaded.queues().first(aggregate) != null && this.loaded.queues().discardedBy(aggregate) == null) {
			this.results.add(this.loaded.queues().discardFirst(aggregate, resume.id(), letter));
			this.results.add(new Resume(aggregate, resume.cause()));
		}
	}

	private LoggedCommand remember(ReceivedCommand received) {
		this.decidedFrom.add(received.coordinates().topicPartition());
		LoggedCommand logged = new LoggedCommand(received);
		this.loaded.log().put(logged.getCommandId(), logged);
		return logged;
	}

	private void note(ReceivedCommand received, LoggedCommand logged) {
		this.results.note(received, logged, logged.getOutcome());
	}

	private void decideNew(ReceivedCommand received) {
		LoggedCommand logged = remember(received);
		AggregateKey aggregate = AggregateKey.of(received.command());
		if (received.command().type().verb() == Verb.RESUME) {
			takeUp(aggregate, received);
		}
		else if (this.loaded.queues().isWaiting(aggregate)) {
			logged.deferred();
			this.loaded.queues().defer(received, null);
		}
		else {
			Outcome outcome = outcome(received);
			settle(aggregate, logged, received, outcome);
			if (outcome instanceof Deferred(AggregateKey absent)) {
				this.loaded.queues().defer(received, absent);
			}
		}
		note(received, logged);
	}

	private Outcome outcome(ReceivedCommand received) {
		return this.loaded.inHand().decide(received.command(), received.cause().time(), received.expectedVersion());
	}

	/** Takes up what waits for an aggregate, as far as it can go on. */
	private void takeUp(AggregateKey aggregate, ReceivedCommand resume) {
		if (isDiscarding(aggregate)) {
			// The dead letter may have to be published again. The resume that comes after
			// it goes on.
			return;
		}
		for (UUID id = this.loaded.queues().first(aggregate); id != null; id = this.loaded.queues().first(aggregate)) {
			ReceivedCommand received = this.loaded.queues().received(aggregate);
			Outcome outcome = outcome(received);
			if (outcome instanceof Deferred(AggregateKey absent)) {
				if (!this.loaded.queues().isExpired(aggregate)) {
					this.loaded.queues().firstWaitsFor(aggregate, absent);
					return;
				}
				outcome = new Rejected(absent.type().notFound(),
						"the %s did not come in time".formatted(absent.type().wireName()));
			}
			this.loaded.queues().takeFirst(aggregate);
			LoggedCommand logged = Objects.requireNonNull(this.loaded.log().find(id),
					"a deferred command is not in the log");
			received = this.poll.spans().takeUp(received);
			logged.resumedBy(resume.id(), received.cause().tracing());
			this.loaded.log().put(id, logged);
			settle(aggregate, logged, received, outcome);
			note(received, logged);
		}
		if (this.loaded.queues().isWaiting(aggregate)) {
			this.results.add(new Resume(aggregate, resume.cause()));
		}
	}

	/**
	 * Whether the first of a queue is discarded, and its dead letter not sure to be
	 * published yet. If it is, the first is gone.
	 */
	private boolean isDiscarding(AggregateKey aggregate) {
		UUID discarder = this.loaded.queues().discardedBy(aggregate);
		if (discarder == null) {
			return false;
		}
		LoggedCommand earlier = this.loaded.log().find(discarder);
		if (earlier != null && !this.poll.beganAfter(earlier.coordinates())) {
			return true;
		}
		this.loaded.log().remove(Objects.requireNonNull(this.loaded.queues().first(aggregate)));
		this.loaded.queues().takeFirst(aggregate);
		return false;
	}

	/** Whether the database knows already how far the poll goes. */
	private boolean knowsEnd(TopicPartition partition) {
		Position position = this.loaded.positions().get(partition);
		return position != null && position.readBefore() >= this.poll.end(partition);
	}

	private void settle(AggregateKey aggregate, LoggedCommand logged, ReceivedCommand received, Outcome outcome) {
		logged.settle(outcome);
		switch (outcome) {
			case Applied(ReadModel readModel) -> this.results.publish(aggregate, logged, readModel, received.cause());
			case Rejected _ -> this.results.publishRejection(logged, received.cause());
			case Deferred _ -> {
			}
		}
	}

	/** Writes it all, the log last. */
	void write(Writes writes) {
		this.loaded.inHand().write(writes);
		this.loaded.queues().write(writes);
		this.commandLog.write(writes, this.loaded.log());
		this.commandLog.beganAt(writes, this.poll.advances(this.decidedFrom::contains));
		this.commandLog.readUpTo(writes,
				this.poll.advances((partition) -> !this.decidedFrom.contains(partition) && !knowsEnd(partition)));
	}

}
