package dev.tidemark.worker.aggregate;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.Verb;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.Outcome.Applied;
import dev.tidemark.worker.outcome.Outcome.Deferred;
import dev.tidemark.worker.outcome.Outcome.Rejected;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.WorkingSet;
import dev.tidemark.worker.state.Writes;

/**
 * The aggregates of one type that one batch touches or names: answers commands in memory,
 * and writes what came of them at the end.
 *
 * @param <E> the type of the rows
 * @param <N> the type of the commands that create one
 * @param <C> the type of the commands that change one
 */
final class AggregateBatch<E extends AggregateRow, N extends Command, C extends Command> {

	private final Aggregate<E, N, C> aggregate;

	/** The keys that have commands. */
	private final Set<Object> touched = new HashSet<>();

	/** The keys that others name. */
	private final Set<Object> named = new HashSet<>();

	/** The keys of those that are to be deleted. */
	private final Set<Object> going = new HashSet<>();

	/** The keys that are only named, and have a row. */
	private final Set<Object> others = new HashSet<>();

	private final WorkingSet<Object, E> rows = new WorkingSet<>();

	private final List<Holders<E>> holders;

	private final List<Parts<?>> parts = new ArrayList<>();

	/** How many rows may come that no number has been drawn for. */
	private int numbersWanted;

	/** Each gives a row a number that the database has drawn. */
	private final Queue<Consumer<E>> numbers = new ArrayDeque<>();

	AggregateBatch(Aggregate<E, N, C> aggregate) {
		this.aggregate = aggregate;
		this.holders = aggregate.uniques().stream().map(Holders::new).toList();
		aggregate.parts().forEach((part) -> this.parts.add(new Parts<>(part)));
	}

	/** Takes note of a command, before anything is loaded. */
	void touch(Command command) {
		this.touched.add(this.aggregate.rowKey(command));
	}

	/**
	 * Takes note of what a command that may be decided needs besides its own aggregate,
	 * and calls back for each key that it names of another one.
	 */
	void names(Command command, Consumer<AggregateKey> named) {
		for (Reference<E, N, C> reference : this.aggregate.references()) {
			String key = named(reference, command);
			if (key != null) {
				named.accept(new AggregateKey(reference.to(), key));
			}
		}
		this.holders.forEach((holders) -> holders.want(command));
		switch (command.type().verb()) {
			case CREATE -> this.numbersWanted++;
			// Also one that has waited, of which nothing else is known beforehand.
			case DELETE -> this.going.add(this.aggregate.rowKey(command));
			case CHANGE, REPUBLISH, RESUME -> {
			}
		}
	}

	@SuppressWarnings("unchecked") // By the command's verb.
	private @Nullable String named(Reference<E, N, C> reference, Command command) {
		return switch (command.type().verb()) {
			case CREATE -> Reference.key(reference.ofCreate().apply((N) command));
			case CHANGE -> Reference.key(reference.ofChange().apply((C) command));
			case DELETE, REPUBLISH, RESUME -> null;
		};
	}

	/** Takes note of a key that somebody names. */
	void name(String key) {
		this.named.add(this.aggregate.rowKey(key));
	}

	/**
	 * Finds which of those that are only named there are, and whatever else commands
	 * need.
	 */
	void findNamed(Reads reads) {
		List<Object> onlyNamed = this.named.stream().filter((key) -> !this.touched.contains(key)).toList();
		this.named.clear();
		reads.findKeys(this.aggregate.entity(), onlyNamed, this.others::add);
		this.holders.forEach((holders) -> holders.find(reads, this.aggregate.entity(), this.touched));
		reads.drawNumbers(this.aggregate.entity(), this.numbersWanted, this.numbers::add);
		this.numbersWanted = 0;
	}

	void load(Reads reads) {
		reads.find(this.aggregate.entity(), this.touched, this::adopt);
	}

	void adopt(E row) {
		Object key = this.aggregate.rowKey(row);
		this.rows.adopt(key, row);
		this.holders.forEach((holders) -> holders.put(key, row));
	}

	void loadParts(Reads reads) {
		this.parts.forEach((part) -> part.load(reads));
	}

	void adoptPart(Object stored) {
		for (Parts<?> candidate : this.parts) {
			if (candidate.part.entity().isInstance(stored)) {
				candidate.adoptAny(stored);
			}
		}
	}

	/** Takes note of a key that is only looked at. */
	void look(String key) {
		this.touched.add(this.aggregate.rowKey(key));
	}

	/** Loads rows in the order of their keys. */
	List<E> loadPage(Reads reads, @Nullable Object behind, int atMost) {
		List<E> page = new ArrayList<>();
		reads.page(this.aggregate.entity(), behind, atMost, (row) -> {
			adopt(row);
			page.add(row);
		});
		return page;
	}

	/** The keys that are to be deleted. */
	Collection<Object> going() {
		return this.going;
	}

	/** Finds which parents there are rows of that this batch does not touch. */
	void findParents(Reads reads, int reference, Collection<Object> parents, Consumer<Object> found) {
		reads.findReferred(this.aggregate.entity(), this.aggregate.references().get(reference).attribute(), parents,
				this.touched, found);
	}

	/** Whether a row in hand refers to a parent, as the batch stands. */
	boolean refersTo(int reference, String parent) {
		Reference<E, N, C> by = this.aggregate.references().get(reference);
		return this.rows.current()
			.values()
			.stream()
			.anyMatch((row) -> parent.equals(Reference.key(by.ofRow().apply(row))));
	}

	boolean exists(String key) {
		Object rowKey = this.aggregate.rowKey(key);
		return this.others.contains(rowKey) || this.rows.find(rowKey) != null;
	}

	/**
	 * Decides a command. Whether what it refers to exists, and whether anybody refers to
	 * it, is asked of all that is in hand.
	 */
	@SuppressWarnings("unchecked") // By the command's verb.
	Outcome decide(Command command, Instant at, @Nullable Long expectedVersion, InHand all) {
		return switch (command.type().verb()) {
			case CREATE -> create((N) command, at, all);
			case CHANGE -> existing(command, expectedVersion, (row) -> change(row, (C) command, at, all));
			case DELETE -> existing(command, expectedVersion, (row) -> delete(row, command, all));
			case REPUBLISH -> new Applied(readModel(this.aggregate.rowKey(command)));
			case RESUME -> throw new IllegalArgumentException("A resume is not for the aggregate to decide");
		};
	}

	private Outcome create(N create, Instant at, InHand all) {
		E existing = this.rows.find(this.aggregate.rowKey(create));
		if (existing != null) {
			return new Rejected(this.aggregate.type().alreadyExists(),
					"%s exists, at version %d".formatted(this.aggregate.inWords(create.key()), existing.getVersion()));
		}
		AggregateKey absent = absent(create, all);
		if (absent != null) {
			return new Deferred(absent);
		}
		Outcome taken = taken(create);
		if (taken != null) {
			return taken;
		}
		E row = this.aggregate.create(create, at);
		Consumer<E> number = this.numbers.poll();
		if (number != null) {
			number.accept(row);
		}
		row.commanded(at);
		return put(row);
	}

	private Outcome existing(Command command, @Nullable Long expectedVersion, Function<E, Outcome> decide) {
		E row = this.rows.find(this.aggregate.rowKey(command));
		if (row == null) {
			return new Rejected(this.aggregate.type().notFound(),
					this.aggregate.inWords(command.key()) + " does not exist");
		}
		if (expectedVersion != null && expectedVersion != row.getVersion()) {
			return new Rejected(RejectionReason.VERSION_CONFLICT, "%s is at version %d, not %d"
				.formatted(this.aggregate.inWords(command.key()), row.getVersion(), expectedVersion));
		}
		return decide.apply(row);
	}

	private Outcome change(E row, C change, Instant at, InHand all) {
		AggregateKey absent = absent(change, all);
		if (absent != null) {
			return new Deferred(absent);
		}
		Outcome taken = taken(change);
		if (taken != null) {
			return taken;
		}
		this.aggregate.change(row, change, at);
		row.commanded(at);
		return put(row);
	}

	/** The first that a command names and that is not there. */
	private @Nullable AggregateKey absent(Command command, InHand all) {
		for (Reference<E, N, C> reference : this.aggregate.references()) {
			String key = named(reference, command);
			if (key != null) {
				AggregateKey parent = new AggregateKey(reference.to(), key);
				if (!all.exists(parent)) {
					return parent;
				}
			}
		}
		return null;
	}

	/** Says why a command can't be applied, if it asks for what another has. */
	private @Nullable Outcome taken(Command command) {
		Object key = this.aggregate.rowKey(command);
		for (Holders<E> candidate : this.holders) {
			if (candidate.isTaken(command, key)) {
				Member<?> member = candidate.unique().member();
				return new Rejected(this.aggregate.type().taken(member),
						"another %s has this %s".formatted(this.aggregate.type().wireName(), member.wireName()));
			}
		}
		return null;
	}

	private Outcome put(E row) {
		Object key = this.aggregate.rowKey(row);
		this.rows.put(key, row);
		this.holders.forEach((holders) -> holders.put(key, row));
		return new Applied(ReadModel.of(this.aggregate.snapshot(row)));
	}

	private Outcome delete(E row, Command command, InHand all) {
		Outcome forbidden = all.forbidsDelete(AggregateKey.of(command));
		if (forbidden != null) {
			return forbidden;
		}
		Object key = this.aggregate.rowKey(row);
		this.rows.remove(key);
		this.holders.forEach((holders) -> holders.remove(key));
		return new Applied(ReadModel.tombstone(this.aggregate.type().tombstone(), row.getVersion() + 1));
	}

	ReadModel readModel(String key) {
		return readModel(this.aggregate.rowKey(key));
	}

	private ReadModel readModel(Object rowKey) {
		E row = this.rows.find(rowKey);
		return (row != null) ? ReadModel.of(this.aggregate.snapshot(row))
				: ReadModel.tombstone(this.aggregate.type().tombstone(), null);
	}

	/** Writes those that are new or have changed: after those that they refer to. */
	void write(Writes writes) {
		List<E> inserts = this.rows.inserts();
		List<E> updates = this.rows.updates();
		writes.insert(this.aggregate.entity(), inserts);
		writes.update(this.aggregate.entity(), updates);
		this.parts.forEach((part) -> part.write(writes, inserts, updates));
	}

	/** Deletes those that have gone: after those that may have referred to them. */
	void delete(Writes writes) {
		writes.delete(this.aggregate.entity(), this.rows.deletes());
	}

	/** A part of all rows. */
	private final class Parts<P> {

		private final Part<E, P> part;

		/** As the table holds them. */
		private final Map<Object, P> stored = new HashMap<>();

		Parts(Part<E, P> part) {
			this.part = part;
		}

		void load(Reads reads) {
			List<Object> expected = new ArrayList<>();
			AggregateBatch.this.rows.current().forEach((key, row) -> {
				if (this.part.isExpectedOf(row)) {
					expected.add(key);
				}
			});
			reads.find(this.part.entity(), expected, this::adopt);
		}

		void adoptAny(Object loaded) {
			adopt(this.part.entity().cast(loaded));
		}

		private void adopt(P loaded) {
			Object key = this.part.key(loaded);
			this.part.attach(Objects.requireNonNull(AggregateBatch.this.rows.find(key)), loaded);
			this.stored.put(key, loaded);
		}

		void write(Writes writes, List<E> inserted, List<E> updated) {
			List<P> inserts = new ArrayList<>();
			List<P> updates = new ArrayList<>();
			List<Object> deletes = new ArrayList<>();
			for (E row : inserted) {
				P part = this.part.of(row);
				if (part != null) {
					inserts.add(part);
				}
			}
			for (E row : updated) {
				P before = this.stored.get(AggregateBatch.this.aggregate.rowKey(row));
				P now = this.part.of(row);
				if (before == null && now != null) {
					inserts.add(now);
				}
				else if (before != null && now == null) {
					deletes.add(this.part.key(before));
				}
				else if (before != null && now != null && !this.part.isSame(before, now)) {
					updates.add(now);
				}
			}
			writes.insert(this.part.entity(), inserts);
			writes.update(this.part.entity(), updates);
			writes.delete(this.part.entity(), deletes);
		}

	}

}
