package dev.tidemark.worker.aggregate;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.worker.aggregate.Aggregates.Relation;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.Outcome.Rejected;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.Writes;

/**
 * The aggregates that one batch touches or names: first told of the commands, then
 * loaded, then asked, and written at the end.
 */
public final class InHand {

	private final Aggregates aggregates;

	/** In the order of their references. */
	private final Map<AggregateType, AggregateBatch<?, ?, ?>> batches = new LinkedHashMap<>();

	/** Parents that others refer to than those in hand. */
	private final Set<Child> children = new HashSet<>();

	InHand(Aggregates aggregates) {
		this.aggregates = aggregates;
		aggregates.all().forEach((aggregate) -> this.batches.put(aggregate.type(), new AggregateBatch<>(aggregate)));
	}

	private AggregateBatch<?, ?, ?> batch(AggregateType type) {
		return Objects.requireNonNull(this.batches.get(type), type::wireName);
	}

	/**
	 * Takes note of a command that will be decided.
	 * @param command the command
	 */
	public void touch(Command command) {
		batch(command.type().aggregate()).touch(command);
		name(command);
	}

	/**
	 * Takes note of whom a command names that may be decided: its own aggregate has been
	 * {@linkplain #touch touched} already.
	 * @param command the command
	 */
	public void name(Command command) {
		batch(command.type().aggregate()).names(command, (parent) -> batch(parent.type()).name(parent.key()));
	}

	/**
	 * Loads those that have commands, and finds those that are named.
	 * @param reads gathers what is to be read
	 */
	public void load(Reads reads) {
		findNamed(reads);
		this.batches.values().forEach((batch) -> batch.load(reads));
	}

	/**
	 * Finds those that have been named since.
	 * @param reads gathers what is to be read
	 */
	public void findNamed(Reads reads) {
		this.batches.values().forEach((batch) -> batch.findNamed(reads));
	}

	/**
	 * Loads what can only be known when the rows are: their parts, and who refers to
	 * those that are to be deleted.
	 * @param reads gathers what is to be read
	 */
	public void loadMore(Reads reads) {
		this.batches.forEach((type, batch) -> {
			batch.loadParts(reads);
			for (Relation relation : this.aggregates.children(type)) {
				batch(relation.child()).findParents(reads, relation.index(), batch.going(),
						(parent) -> this.children.add(new Child(relation, parent.toString())));
			}
		});
	}

	/**
	 * Decides a command.
	 * @param command the command; never one of the verb {@code RESUME}, which asks
	 * nothing of the aggregate
	 * @param at the command's time
	 * @param expectedVersion apply only to this version; null if any will do
	 * @return what came of it
	 */
	public Outcome decide(Command command, Instant at, @Nullable Long expectedVersion) {
		return batch(command.type().aggregate()).decide(command, at, expectedVersion, this);
	}

	/**
	 * Tells whether there is an aggregate, as the batch stands.
	 * @param key an aggregate that a command has named
	 * @return whether there is one
	 */
	boolean exists(AggregateKey key) {
		return batch(key.type()).exists(key.key());
	}

	/** Says why an aggregate can't be deleted, if anybody refers to it. */
	@Nullable Outcome forbidsDelete(AggregateKey key) {
		for (Relation relation : this.aggregates.children(key.type())) {
			if (this.children.contains(new Child(relation, key.key()))
					|| batch(relation.child()).refersTo(relation.index(), key.key())) {
				return new Rejected(key.type().has(relation.child()),
						"%s still refer to the %s".formatted(relation.child().plural(), key.type().wireName()));
			}
		}
		return null;
	}

	/**
	 * Returns how an aggregate stands.
	 * @param key the aggregate
	 * @return its snapshot, or a tombstone without a version where there is none
	 */
	public ReadModel readModel(AggregateKey key) {
		return batch(key.type()).readModel(key.key());
	}

	/**
	 * Writes what has changed: each after those that it refers to, and those that go
	 * before those that they referred to.
	 * @param writes gathers what is to be written
	 */
	public void write(Writes writes) {
		this.batches.values().forEach((batch) -> batch.write(writes));
		List.copyOf(this.batches.values()).reversed().forEach((batch) -> batch.delete(writes));
	}

	/** Takes in a row as if it had been loaded. */
	void adopt(AggregateType type, AggregateRow row) {
		take(batch(type), row);
	}

	@SuppressWarnings("unchecked") // The caller knows what the type's rows are.
	private static <E extends AggregateRow> void take(AggregateBatch<E, ?, ?> batch, AggregateRow row) {
		batch.adopt((E) row);
	}

	/** Takes in a part as if it had been loaded. */
	void adoptPart(AggregateType type, Object part) {
		batch(type).adoptPart(part);
	}

	/** Takes in that others refer to a parent, as if that had been found. */
	void foundChildren(AggregateType parent, String key) {
		this.aggregates.children(parent).forEach((relation) -> this.children.add(new Child(relation, key)));
	}

	/** A parent that somebody refers to who is not in hand. */
	private record Child(Relation relation, String parent) {
	}

}
