package dev.tidemark.worker.batch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Rejection;
import dev.tidemark.worker.batch.PollProgress.Shown;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.outcome.Decided;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.outcome.Verdict;
import dev.tidemark.worker.publication.Event;
import dev.tidemark.worker.publication.Event.CommandRejected;
import dev.tidemark.worker.publication.Event.ReadModelChanged;
import dev.tidemark.worker.publication.SnapshotJson;
import dev.tidemark.worker.state.WorkingSet;

/**
 * What comes of one transaction: what is to be published, and what is counted then.
 */
final class Results {

	private final SnapshotJson json;

	private final WorkingSet<UUID, LoggedCommand> log;

	private final Map<AggregateKey, Shown> shown;

	private final List<Event> events = new ArrayList<>();

	private final List<Decided> decided = new ArrayList<>();

	Results(SnapshotJson json, WorkingSet<UUID, LoggedCommand> log, Map<AggregateKey, Shown> shown) {
		this.json = json;
		this.log = log;
		this.shown = shown;
	}

	/** What is to be published, in order. */
	List<Event> events() {
		return this.events;
	}

	/** What each command has come to, in order. */
	List<Decided> decided() {
		return this.decided;
	}

	/** Which command's outcome each aggregate's row shows now. */
	Map<AggregateKey, Shown> shown() {
		return this.shown;
	}

	void add(Event event) {
		this.events.add(event);
	}

	/** Notes that a command is a duplicate, of which nothing comes. */
	void duplicate(ReceivedCommand received) {
		this.decided
			.add(new Decided(received.command().type(), received.cause(), received.coordinates(), null, null, null));
	}

	/** Notes what a command has come to. */
	void note(ReceivedCommand received, LoggedCommand logged, Verdict verdict) {
		note(received.command().type(), received.cause(), received.record().recordedAt(), logged, verdict);
	}

	/** Notes what a command has come to that is known by the log only. */
	void note(LoggedCommand logged) {
		note(Objects.requireNonNull(logged.commandType(), logged.getType()), logged.cause(), null, logged,
				logged.getOutcome());
	}

	private void note(CommandType type, Cause cause, @Nullable Long recordedAt, LoggedCommand logged, Verdict verdict) {
		this.decided.add(new Decided(type, cause, logged.coordinates(), recordedAt, verdict,
				(verdict == Verdict.REJECTED) ? logged.getReason() : null));
	}

	/** Publishes how an aggregate stands. */
	void publish(AggregateKey aggregate, LoggedCommand logged, ReadModel readModel, Cause cause) {
		byte[] value = (readModel.snapshot() != null) ? this.json.write(readModel.snapshot()) : null;
		publish(aggregate, logged, readModel.type(), readModel.version(), value, cause);
	}

	/**
	 * Publishes how an aggregate stands. Should this poll have to be published again, the
	 * row will show only the last of its commands; so the one before keeps what it made.
	 */
	void publish(AggregateKey aggregate, LoggedCommand logged, EventType type, @Nullable Long version,
			byte @Nullable [] value, Cause cause) {
		Shown before = this.shown.put(aggregate, new Shown(logged, value));
		if (before != null && before.json() != null) {
			LoggedCommand hidden = before.command();
			hidden.supersede(new String(before.json(), StandardCharsets.UTF_8));
			if (this.log.find(hidden.getCommandId()) == null) {
				this.log.adopt(hidden.getCommandId(), hidden);
			}
			this.log.put(hidden.getCommandId(), hidden);
		}
		this.events.add(new ReadModelChanged(type, aggregate.key(), version, value, cause));
	}

	/** Publishes that a command was rejected. */
	void publishRejection(LoggedCommand logged, Cause cause) {
		this.events.add(new CommandRejected(
				new Rejection(logged.getCommandId(), logged.getType(), logged.getKey(),
						Objects.requireNonNull(logged.getReason()), Objects.requireNonNull(logged.getDetail())),
				cause));
	}

}
