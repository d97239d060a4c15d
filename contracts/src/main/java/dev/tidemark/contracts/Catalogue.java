package dev.tidemark.contracts;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The types of aggregates that go together, with all that can be asked of them and all
 * that is published.
 */
public final class Catalogue {

	private static volatile @Nullable Catalogue installed;

	private final Map<String, AggregateType> aggregates = new LinkedHashMap<>();

	private final Map<String, CommandType> commands = new LinkedHashMap<>();

	private Catalogue(Collection<AggregateType> types) {
		Map<String, String> taken = new HashMap<>();
		for (AggregateType type : types) {
			this.aggregates.put(type.wireName(), type);
			for (String name : List.of(type.wireName(), type.plural())) {
				String owner = taken.put(name, type.wireName());
				if (owner != null) {
					throw new IllegalArgumentException(
							"%s is a name of %s and of %s".formatted(name, owner, type.wireName()));
				}
			}
			for (CommandType command : type.commands()) {
				if (this.commands.put(command.wireName(), command) != null
						|| command.wireName().equals(EventType.COMMAND_REJECTED.wireName())) {
					throw new IllegalArgumentException(command.wireName() + " is the name of another type, too");
				}
			}
		}
		for (AggregateType type : types) {
			for (AggregateType parent : type.parents()) {
				if (this.aggregates.get(parent.wireName()) != parent) {
					throw new IllegalArgumentException(
							"%s refer to %s, which are not in the catalogue".formatted(type.plural(), parent.plural()));
				}
			}
		}
	}

	/**
	 * Puts types together.
	 * @param types the types, those that are referred to among them
	 * @return the catalogue
	 * @throws IllegalArgumentException if two have a name in common, or one refers to a
	 * type that is not among them
	 */
	public static Catalogue of(Collection<AggregateType> types) {
		return new Catalogue(types);
	}

	/**
	 * Returns the catalogue of this application: the types of all {@link Source sources}
	 * that are registered in {@code META-INF/services}.
	 * @return the catalogue, the same each time
	 * @throws IllegalArgumentException if the sources contradict each other
	 */
	public static Catalogue installed() {
		Catalogue catalogue = installed;
		if (catalogue == null) {
			synchronized (Catalogue.class) {
				catalogue = installed;
				if (catalogue == null) {
					catalogue = of(sources().flatMap((source) -> source.get().aggregates().stream()).toList());
					installed = catalogue;
				}
			}
		}
		return catalogue;
	}

	/** Whichever thread asks: only some know the class loader of an executable jar. */
	private static Stream<ServiceLoader.Provider<Source>> sources() {
		return ServiceLoader.load(Source.class, Catalogue.class.getClassLoader()).stream();
	}

	/**
	 * Returns who has declared the types of {@link #installed()}.
	 * @return the classes that are registered
	 */
	public static List<Class<? extends Source>> installedBy() {
		return sources().<Class<? extends Source>>map(ServiceLoader.Provider::type).toList();
	}

	/**
	 * Returns all types of aggregates.
	 * @return the types, in the order in which they were declared
	 */
	public Collection<AggregateType> aggregates() {
		return Collections.unmodifiableCollection(this.aggregates.values());
	}

	/**
	 * Returns the type of aggregates that has the given name.
	 * @param wireName the name, for example {@code task}
	 * @return the type, or null if there is none
	 */
	public @Nullable AggregateType aggregate(String wireName) {
		return this.aggregates.get(wireName);
	}

	/**
	 * Returns all types of commands.
	 * @return the types, aggregate by aggregate
	 */
	public Collection<CommandType> commands() {
		return Collections.unmodifiableCollection(this.commands.values());
	}

	/**
	 * Returns the type of commands that has the given name on the wire.
	 * @param wireName what the attribute {@code type} says
	 * @return the type, or null if no command has it
	 */
	public @Nullable CommandType command(String wireName) {
		return this.commands.get(wireName);
	}

	/**
	 * Returns all types of events.
	 * @return snapshots and tombstones, aggregate by aggregate, and rejections at last
	 */
	public List<EventType> events() {
		List<EventType> events = new ArrayList<>();
		for (AggregateType type : aggregates()) {
			events.add(type.snapshot());
			events.add(type.tombstone());
		}
		events.add(EventType.COMMAND_REJECTED);
		return Collections.unmodifiableList(events);
	}

	/**
	 * Returns all reasons for which commands can be rejected.
	 * @return the reasons, in the order in which they are judged
	 */
	public Set<RejectionReason> reasons() {
		Set<RejectionReason> reasons = new LinkedHashSet<>();
		aggregates().forEach((type) -> reasons.add(type.alreadyExists()));
		aggregates().forEach((type) -> reasons.add(type.notFound()));
		reasons.add(RejectionReason.VERSION_CONFLICT);
		for (AggregateType parent : aggregates()) {
			for (AggregateType child : aggregates()) {
				if (child.parents().contains(parent)) {
					reasons.add(parent.has(child));
				}
			}
		}
		aggregates().forEach((type) -> type.uniqueMembers().forEach((member) -> reasons.add(type.taken(member))));
		return Collections.unmodifiableSet(reasons);
	}

	/**
	 * Declares types of aggregates to an application, found by {@link ServiceLoader}. It
	 * needs a public constructor without parameters.
	 */
	public interface Source {

		/**
		 * Returns what is declared.
		 * @return the types
		 */
		Collection<AggregateType> aggregates();

	}

}
