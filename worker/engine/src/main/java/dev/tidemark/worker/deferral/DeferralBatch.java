package dev.tidemark.worker.deferral;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.reading.CommandReader;
import dev.tidemark.worker.reading.UnreadableRecordException;
import dev.tidemark.worker.state.WorkingSet;
import dev.tidemark.worker.state.Writes;

/**
 * The queues of waiting commands that one batch touches: one per aggregate, first come
 * first served. A queue that is not resumed is not loaded, only known to be there.
 */
public final class DeferralBatch {

	private final Map<AggregateKey, Queue> queues = new HashMap<>();

	private final WorkingSet<UUID, DeferredCommand> rows = new WorkingSet<>();

	private final List<DeferredCommand> loaded;

	/** Those that can be read, by their command ids. */
	private final Map<UUID, ReceivedCommand> received = new HashMap<>();

	/** Those that could be read when they came and can't be now, by their command ids. */
	private final Map<UUID, UnreadableRecordException> unreadable = new HashMap<>();

	private final Instant expiredBefore;

	DeferralBatch(Map<AggregateKey, Integer> lastPositions, List<DeferredCommand> loaded, CommandReader reader,
			Instant expiredBefore) {
		lastPositions.forEach((aggregate, position) -> this.queues.put(aggregate, new Queue(position)));
		this.loaded = loaded;
		this.expiredBefore = expiredBefore;
		for (DeferredCommand command : loaded) {
			this.rows.adopt(command.getCommandId(), command);
			queue(command.aggregate()).load(command);
			try {
				this.received.put(command.getCommandId(), reader.read(command.record()));
			}
			catch (UnreadableRecordException ex) {
				// Of no matter before its turn comes.
				this.unreadable.put(command.getCommandId(), ex);
			}
		}
	}

	private Queue queue(AggregateKey aggregate) {
		return this.queues.computeIfAbsent(aggregate, (key) -> new Queue(0));
	}

	/**
	 * Returns the ids of the waiting commands that were loaded.
	 * @return their command ids
	 */
	public Collection<UUID> commandIds() {
		return this.loaded.stream().map(DeferredCommand::getCommandId).toList();
	}

	/**
	 * Returns the ids of the resumes that have discarded commands that were loaded.
	 * @return their command ids
	 */
	public Collection<UUID> discarders() {
		return this.loaded.stream().map(DeferredCommand::getDiscardedBy).filter(Objects::nonNull).toList();
	}

	/**
	 * Returns the waiting commands that were loaded.
	 * @return what they ask for
	 */
	public Stream<Command> commands() {
		return this.received.values().stream().map(ReceivedCommand::command);
	}

	/**
	 * Tells whether something waits for an aggregate, so that whatever comes must wait
	 * behind it.
	 * @param aggregate the aggregate
	 * @return whether its queue has anybody in it
	 */
	public boolean isWaiting(AggregateKey aggregate) {
		Queue queue = this.queues.get(aggregate);
		return queue != null && !queue.isEmpty();
	}

	/**
	 * Puts a command at the end of its aggregate's queue.
	 * @param received the command
	 * @param absent whom it waits for; null for a command that waits behind others
	 */
	public void defer(ReceivedCommand received, @Nullable AggregateKey absent) {
		Queue queue = queue(AggregateKey.of(received.command()));
		DeferredCommand deferred = new DeferredCommand(received, ++queue.lastPosition, absent);
		queue.added.add(deferred);
		this.rows.put(deferred.getCommandId(), deferred);
		this.received.put(deferred.getCommandId(), received);
	}

	/**
	 * Returns the id of the command that is first in an aggregate's queue.
	 * @param aggregate the aggregate
	 * @return its id, or null if nothing waits or the rest of the queue is not loaded
	 */
	public @Nullable UUID first(AggregateKey aggregate) {
		DeferredCommand first = queue(aggregate).first();
		return (first != null) ? first.getCommandId() : null;
	}

	/**
	 * Gives back the command that is first in an aggregate's queue as it was received.
	 * @param aggregate one with a {@linkplain #first first} command
	 * @return the command
	 * @throws IllegalStateException if this worker can't read what another one could
	 */
	public ReceivedCommand received(AggregateKey aggregate) {
		UUID commandId = queue(aggregate).required().getCommandId();
		ReceivedCommand waiting = this.received.get(commandId);
		if (waiting == null) {
			throw new IllegalStateException("a deferred command can't be read any more",
					this.unreadable.get(commandId));
		}
		return waiting;
	}

	/**
	 * Discards the first in an aggregate's queue, which fails alone. It stays where it is
	 * until its dead letter is sure to be published.
	 * @param aggregate one with a {@linkplain #first first} command
	 * @param resumeId the resume that found it out
	 * @param letter says what is wrong with its record
	 * @return the dead letter
	 */
	public DeadLetter discardFirst(AggregateKey aggregate, UUID resumeId, Function<ReceivedRecord, DeadLetter> letter) {
		DeferredCommand first = queue(aggregate).required();
		first.discard(resumeId, letter.apply(first.record()).detail());
		this.rows.put(first.getCommandId(), first);
		return first.deadLetter();
	}

	/**
	 * Returns who has discarded the first in an aggregate's queue.
	 * @param aggregate the aggregate
	 * @return the resume's command id, or null if the first is not discarded or nothing
	 * waits
	 */
	public @Nullable UUID discardedBy(AggregateKey aggregate) {
		DeferredCommand first = queue(aggregate).first();
		return (first != null) ? first.getDiscardedBy() : null;
	}

	/**
	 * Tells whether the first in an aggregate's queue has waited for long enough.
	 * @param aggregate one with a {@linkplain #first first} command
	 * @return whether its time is up
	 */
	public boolean isExpired(AggregateKey aggregate) {
		Instant arrivedAt = queue(aggregate).required().getArrivedAt();
		return arrivedAt != null && !arrivedAt.isAfter(this.expiredBefore);
	}

	/**
	 * Takes the first out of an aggregate's queue.
	 * @param aggregate one with a {@linkplain #first first} command
	 */
	public void takeFirst(AggregateKey aggregate) {
		this.rows.remove(queue(aggregate).take().getCommandId());
	}

	/**
	 * Makes the first in an aggregate's queue wait for an aggregate, and for the next
	 * resume.
	 * @param aggregate one with a {@linkplain #first first} command
	 * @param absent the absent aggregate
	 */
	public void firstWaitsFor(AggregateKey aggregate, AggregateKey absent) {
		DeferredCommand first = queue(aggregate).required();
		if (!first.waitsFor(absent) || first.isResumed()) {
			first.waitFor(absent);
			first.awaitResume();
			this.rows.put(first.getCommandId(), first);
		}
	}

	/**
	 * Writes what has changed.
	 * @param writes gathers what is to be written
	 */
	public void write(Writes writes) {
		writes.delete(DeferredCommand.class, this.rows.deletes());
		writes.insert(DeferredCommand.class, this.rows.inserts());
		writes.update(DeferredCommand.class, this.rows.updates());
	}

	/**
	 * An aggregate's queue: what is loaded, what is only known to be there, what was
	 * added.
	 */
	private static final class Queue {

		/**
		 * Where the stored part ends: the position of its last command, loaded or not.
		 */
		private final int storedEnd;

		/** How far the stored part is loaded. */
		private int loadedEnd;

		private int lastPosition;

		private final Deque<DeferredCommand> loaded = new ArrayDeque<>();

		private final Deque<DeferredCommand> added = new ArrayDeque<>();

		Queue(int lastPosition) {
			this.storedEnd = lastPosition;
			this.lastPosition = lastPosition;
		}

		void load(DeferredCommand command) {
			this.loaded.add(command);
			this.loadedEnd = command.getPosition();
		}

		boolean isFullyLoaded() {
			return this.loadedEnd == this.storedEnd;
		}

		boolean isEmpty() {
			return isFullyLoaded() && this.loaded.isEmpty() && this.added.isEmpty();
		}

		@Nullable DeferredCommand first() {
			if (!this.loaded.isEmpty() || !isFullyLoaded()) {
				return this.loaded.peekFirst();
			}
			return this.added.peekFirst();
		}

		DeferredCommand required() {
			return Objects.requireNonNull(first(), "nothing waits here");
		}

		DeferredCommand take() {
			DeferredCommand first = required();
			if (this.loaded.pollFirst() == null) {
				this.added.removeFirst();
			}
			return first;
		}

	}

}
