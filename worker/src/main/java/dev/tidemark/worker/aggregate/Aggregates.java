package dev.tidemark.worker.aggregate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.springframework.stereotype.Component;

import dev.tidemark.contracts.AggregateType;

/**
 * All aggregates that there are, parents before those that refer to them.
 */
@Component
public class Aggregates {

	private final Map<AggregateType, Aggregate<?, ?, ?>> byType;

	private final Map<AggregateType, Integer> ranks = new EnumMap<>(AggregateType.class);

	private final Set<AggregateType> parents = EnumSet.noneOf(AggregateType.class);

	private final List<Relation> relations = new ArrayList<>();

	Aggregates(List<Aggregate<?, ?, ?>> aggregates) {
		Map<AggregateType, Aggregate<?, ?, ?>> declared = new EnumMap<>(AggregateType.class);
		for (Aggregate<?, ?, ?> aggregate : aggregates) {
			Aggregate<?, ?, ?> other = declared.put(aggregate.type(), aggregate);
			if (other != null) {
				throw new IllegalStateException("There are two aggregates of type %s: %s and %s".formatted(
						aggregate.type().wireName(), other.getClass().getName(), aggregate.getClass().getName()));
			}
		}
		for (AggregateType type : AggregateType.values()) {
			if (!declared.containsKey(type)) {
				throw new IllegalStateException("There is no aggregate of type " + type.wireName());
			}
		}
		this.byType = inOrder(declared);
		this.byType.keySet().forEach((type) -> this.ranks.put(type, this.ranks.size()));
		this.byType.values().forEach((aggregate) -> aggregate.references().forEach((reference) -> {
			this.parents.add(reference.to());
			this.relations
				.add(new Relation(reference.to(), aggregate.type(), aggregate.references().indexOf(reference)));
			// Is there a reason for it?
			var _ = reference.to().has(aggregate.type());
		}));
	}

	/** Repeatedly takes those all of whose parents have been taken. */
	private static Map<AggregateType, Aggregate<?, ?, ?>> inOrder(Map<AggregateType, Aggregate<?, ?, ?>> declared) {
		Map<AggregateType, Aggregate<?, ?, ?>> ordered = new LinkedHashMap<>();
		while (ordered.size() < declared.size()) {
			int before = ordered.size();
			declared.forEach((type, aggregate) -> {
				if (aggregate.references()
					.stream()
					.allMatch((reference) -> reference.to() == type || ordered.containsKey(reference.to()))) {
					ordered.putIfAbsent(type, aggregate);
				}
			});
			if (ordered.size() == before) {
				List<String> cycle = declared.keySet()
					.stream()
					.filter((type) -> !ordered.containsKey(type))
					.map(AggregateType::wireName)
					.toList();
				throw new IllegalStateException("The references of %s go round in a circle".formatted(cycle));
			}
		}
		return ordered;
	}

	/**
	 * Returns the aggregate of a type.
	 * @param type the type
	 * @return what has been declared
	 */
	public Aggregate<?, ?, ?> of(AggregateType type) {
		return Objects.requireNonNull(this.byType.get(type), type::wireName);
	}

	/**
	 * Returns all aggregates.
	 * @return each after those that it refers to
	 */
	public List<Aggregate<?, ?, ?>> all() {
		return List.copyOf(this.byType.values());
	}

	/**
	 * Returns what all rows are.
	 * @return the entities, parts included
	 */
	public List<Class<?>> entities() {
		List<Class<?>> entities = new ArrayList<>();
		this.byType.values().forEach((aggregate) -> {
			entities.add(aggregate.entity());
			aggregate.parts().forEach((part) -> entities.add(part.entity()));
		});
		return entities;
	}

	/**
	 * Tells where a type stands among all.
	 * @param type the type
	 * @return a number that is greater than those of its parents
	 */
	public int rank(AggregateType type) {
		return Objects.requireNonNull(this.ranks.get(type), type::wireName);
	}

	/**
	 * Returns the types that others refer to.
	 * @return those whose create somebody may wait for
	 */
	public Set<AggregateType> parents() {
		return Set.copyOf(this.parents);
	}

	/**
	 * Tells whether commands of a type can wait.
	 * @param type the type
	 * @return whether it refers to others
	 */
	public boolean mayWait(AggregateType type) {
		return !of(type).references().isEmpty();
	}

	/** Those that refer to a type. */
	List<Relation> children(AggregateType parent) {
		return this.relations.stream().filter((relation) -> relation.parent() == parent).toList();
	}

	/**
	 * Begins a batch.
	 * @return nothing in hand yet
	 */
	public InHand inHand() {
		return new InHand(this);
	}

	/**
	 * A reference, as its parent sees it.
	 *
	 * @param parent the parent's type
	 * @param child the type that refers
	 * @param index which of the child's references it is
	 */
	record Relation(AggregateType parent, AggregateType child, int index) {
	}

}
