package dev.tidemark.worker.batch;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

import org.apache.kafka.common.TopicPartition;

import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.TaskCommand;
import dev.tidemark.contracts.TaskCommand.ResumeTask;
import dev.tidemark.contracts.UserCommand;
import dev.tidemark.worker.batch.PollProgress.AggregateKey;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.Outcome.Applied;
import dev.tidemark.worker.outcome.Outcome.Deferred;
import dev.tidemark.worker.outcome.Outcome.Rejected;
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
		UUID taskId = ((ResumeTask) resume.command()).taskId();
		if (this.loaded.queues().first(taskId) != null && this.loaded.queues().discardedBy(taskId) == null) {
			this.results.add(this.loaded.queues().discardFirst(taskId, resume.id(), letter));
			this.results.add(new Resume(taskId, resume.cause()));
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
		switch (received.command()) {
			case ResumeTask resume -> takeUp(resume.taskId(), received);
			case TaskCommand command when this.loaded.queues().isWaiting(command.taskId()) -> {
				logged.deferred();
				this.loaded.queues().defer(received, command, null);
			}
			case TaskCommand command -> {
				Outcome outcome = decide(received, command);
				settle(logged, received, outcome);
				if (outcome instanceof Deferred(String username)) {
					this.loaded.queues().defer(received, command, username);
				}
			}
			case UserCommand command -> settle(logged, received, decide(received, command));
		}
		note(received, logged);
	}

	private Outcome decide(ReceivedCommand received, TaskCommand command) {
		return this.loaded.tasks()
			.decide(command, received.cause().time(), received.expectedVersion(), this.loaded.users()::contains);
	}

	private Outcome decide(ReceivedCommand received, UserCommand command) {
		return this.loaded.users()
			.decide(command, received.cause().time(), received.expectedVersion(),
					(username) -> this.loaded.owners().contains(username) || this.loaded.tasks().refersTo(username));
	}

	/** Takes up what waits for a task, as far as it can go on. */
	private void takeUp(UUID taskId, ReceivedCommand resume) {
		if (isDiscarding(taskId)) {
			// The dead letter may have to be published again. The resume that comes after
			// it goes on.
			return;
		}
		for (UUID id = this.loaded.queues().first(taskId); id != null; id = this.loaded.queues().first(taskId)) {
			ReceivedCommand received = this.loaded.queues().received(taskId);
			Outcome outcome = decide(received, (TaskCommand) received.command());
			if (outcome instanceof Deferred(String username)) {
				if (!this.loaded.queues().isExpired(taskId)) {
					this.loaded.queues().firstWaitsFor(taskId, username);
					return;
				}
				outcome = new Rejected(RejectionReason.USER_NOT_FOUND, "the user did not come in time");
			}
			this.loaded.queues().takeFirst(taskId);
			LoggedCommand logged = Objects.requireNonNull(this.loaded.log().find(id),
					"a deferred command is not in the log");
			received = this.poll.spans().takeUp(received);
			logged.resumedBy(resume.id(), received.cause().tracing());
			this.loaded.log().put(id, logged);
			settle(logged, received, outcome);
			note(received, logged);
		}
		if (this.loaded.queues().isWaiting(taskId)) {
			this.results.add(new Resume(taskId, resume.cause()));
		}
	}

	/**
	 * Whether the first of a queue is discarded, and its dead letter not sure to be
	 * published yet. If it is, the first is gone.
	 */
	private boolean isDiscarding(UUID taskId) {
		UUID discarder = this.loaded.queues().discardedBy(taskId);
		if (discarder == null) {
			return false;
		}
		LoggedCommand earlier = this.loaded.log().find(discarder);
		if (earlier != null && !this.poll.beganAfter(earlier.coordinates())) {
			return true;
		}
		this.loaded.log().remove(Objects.requireNonNull(this.loaded.queues().first(taskId)));
		this.loaded.queues().takeFirst(taskId);
		return false;
	}

	private void settle(LoggedCommand logged, ReceivedCommand received, Outcome outcome) {
		logged.settle(outcome);
		switch (outcome) {
			case Applied(ReadModel readModel) ->
				this.results.publish(AggregateKey.of(received.command()), logged, readModel, received.cause());
			case Rejected _ -> this.results.publishRejection(logged, received.cause());
			case Deferred _ -> {
			}
		}
	}

	/** Writes it all: users before the tasks that refer to them, and the log last. */
	void write(Writes writes) {
		this.loaded.users().write(writes);
		this.loaded.tasks().write(writes);
		this.loaded.users().delete(writes);
		this.loaded.queues().write(writes);
		this.commandLog.write(writes, this.loaded.log());
		if (!this.decidedFrom.isEmpty()) {
			SortedMap<TopicPartition, Long> starts = new TreeMap<>(this.poll.starts());
			starts.keySet().retainAll(this.decidedFrom);
			this.commandLog.beganAt(writes, starts);
		}
	}

}
