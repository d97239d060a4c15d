package dev.tidemark.worker.aggregate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.stereotype.Component;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Member;

/**
 * All aggregates that there are, parents before those that refer to them.
 */
@Component
public class Aggregates {

	private final Map<AggregateType, Aggregate<?, ?, ?>> byType;

	private final Map<AggregateType, Integer> ranks = new HashMap<>();

	private final Set<AggregateType> parents = new LinkedHashSet<>();

	private final List<Relation> relations = new ArrayList<>();

	@Autowired
	Aggregates(List<Aggregate<?, ?, ?>> aggregates) {
		this(Catalogue.installed(), aggregates);
	}

	Aggregates(Catalogue catalogue, List<Aggregate<?, ?, ?>> aggregates) {
		Map<AggregateType, Aggregate<?, ?, ?>> declared = new HashMap<>();
		for (Aggregate<?, ?, ?> aggregate : aggregates) {
			Aggregate<?, ?, ?> other = declared.put(aggregate.type(), aggregate);
			if (other != null) {
				throw new IllegalStateException("There are two aggregates of type %s: %s and %s".formatted(
						aggregate.type().wireName(), other.getClass().getName(), aggregate.getClass().getName()));
			}
		}
		Map<AggregateType, Aggregate<?, ?, ?>> inCatalogue = new LinkedHashMap<>();
		for (AggregateType type : catalogue.aggregates()) {
			Aggregate<?, ?, ?> aggregate = declared.remove(type);
			if (aggregate == null) {
				throw new IllegalStateException(
						"There is no aggregate of type %s: it needs a bean".formatted(type.wireName()));
			}
			Set<AggregateType> referred = aggregate.references()
				.stream()
				.map(Reference::to)
				.collect(Collectors.toSet());
			if (!referred.equals(type.parents())) {
				throw new IllegalStateException("The aggregate of type %s refers to %s, but its declaration to %s"
					.formatted(type.wireName(), referred, type.parents()));
			}
			List<Member<?>> unique = aggregate.uniques().stream().<Member<?>>map(Unique::member).toList();
			if (!unique.equals(type.uniqueMembers())) {
				throw new IllegalStateException("The aggregate of type %s has unique %s, but its declaration %s"
					.formatted(type.wireName(), unique, type.uniqueMembers()));
			}
			inCatalogue.put(type, aggregate);
		}
		if (!declared.isEmpty()) {
			throw new IllegalStateException("There are aggregates that are not in the catalogue: " + declared.keySet());
		}
		this.byType = inOrder(inCatalogue);
		this.byType.keySet().forEach((type) -> this.ranks.put(type, this.ranks.size()));
		this.byType.values().forEach((aggregate) -> aggregate.references().forEach((reference) -> {
			this.parents.add(reference.to());
			this.relations
				.add(new Relation(reference.to(), aggregate.type(), aggregate.references().indexOf(reference)));
		}));
	}

	/**
	 * Takes each after its parents. A declaration can't name one that follows it, so
	 * there is no circle.
	 */
	private static Map<AggregateType, Aggregate<?, ?, ?>> inOrder(Map<AggregateType, Aggregate<?, ?, ?>> declared) {
		Map<AggregateType, Aggregate<?, ?, ?>> ordered = new LinkedHashMap<>();
		declared.keySet().forEach((type) -> take(type, declared, ordered));
		return ordered;
	}

	private static void take(AggregateType type, Map<AggregateType, Aggregate<?, ?, ?>> declared,
			Map<AggregateType, Aggregate<?, ?, ?>> ordered) {
		for (AggregateType parent : type.parents()) {
			if (parent != type) {
				take(parent, declared, ordered);
			}
		}
		ordered.putIfAbsent(type, Objects.requireNonNull(declared.get(type), type::wireName));
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
