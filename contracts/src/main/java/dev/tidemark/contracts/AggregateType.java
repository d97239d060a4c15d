package dev.tidemark.contracts;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A type of aggregates: its commands, its snapshots, and whom it refers to. What belongs
 * to one besides is found by its name: its topics, the types of its events, and the
 * reasons for which its commands are rejected.
 */
public final class AggregateType {

	/** As it is in topics, in settings and in the names of metrics. */
	private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,31}");

	/** Of text that is a key. */
	private static final int KEY_CODE_POINTS = Bounds.KEY_BYTES / 4;

	private final String wireName;

	private final String plural;

	private final List<CommandType> commands;

	private final Map<Class<?>, CommandType> byClass;

	private final Class<? extends Snapshot> snapshotClass;

	private final List<Member<?>> snapshotMembers;

	private final List<NullUnless> snapshotRules;

	private final Set<AggregateType> parents;

	private final List<Member<?>> uniqueMembers;

	private final EventType snapshot;

	private final EventType tombstone;

	private AggregateType(Declaration declaration, Class<? extends Snapshot> snapshotClass) {
		this.wireName = declaration.wireName;
		this.plural = declaration.plural;
		this.commands = List.copyOf(declaration.commands);
		this.snapshotClass = snapshotClass;
		this.snapshotMembers = List.copyOf(declaration.snapshotMembers);
		this.snapshotRules = List.copyOf(declaration.snapshotRules);
		Set<AggregateType> parents = new LinkedHashSet<>(declaration.parents);
		if (declaration.refersToItself) {
			parents.add(this);
		}
		this.parents = Collections.unmodifiableSet(parents);
		this.uniqueMembers = List.copyOf(declaration.uniqueMembers);
		checkNames();
		String prefix = prefix();
		this.snapshot = new EventType(prefix + "snapshot.v1", readModelTopic());
		this.tombstone = new EventType(prefix + "deleted.v1", readModelTopic());
		Map<Class<?>, CommandType> byClass = new HashMap<>();
		this.commands.forEach((command) -> byClass.put(command.command(), command));
		this.byClass = Map.copyOf(byClass);
		checkKey();
		checkCommands(prefix);
		checkVerbs();
		checkSnapshots();
		checkUniqueMembers();
		// At last, so that what cannot be declared leaves nothing behind.
		this.commands.forEach((command) -> command.belongTo(this));
	}

	/**
	 * Declares a type of aggregates.
	 * @param name one, in lower case, for example {@code task}
	 * @param plural several, for example {@code tasks}
	 * @return what is to be completed by its commands and its snapshots
	 */
	public static Declaration named(String name, String plural) {
		return new Declaration(name, plural);
	}

	private void checkNames() {
		for (String name : List.of(this.wireName, this.plural)) {
			if (!NAME.matcher(name).matches()) {
				throw new IllegalArgumentException(
						"%s: a name must have 1 to 32 lower case letters and digits, a letter first".formatted(name));
			}
		}
		if (this.commands.isEmpty()) {
			throw new IllegalArgumentException(this.wireName + " has no commands");
		}
	}

	/** What all types of commands and events of this aggregate begin with. */
	private String prefix() {
		String first = this.commands.getFirst().wireName();
		Matcher matcher = Pattern.compile("(.+\\.%s\\.)[^.]+\\.[^.]+".formatted(this.wireName)).matcher(first);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("%s: the type must be a domain, %s, what is asked for and a version"
				.formatted(first, this.wireName));
		}
		return matcher.group(1);
	}

	private void checkKey() {
		Member<?> key = key();
		if (!canBeKey(key)) {
			throw new IllegalArgumentException(
					"%s: the key %s must be an integer, a UUID or a text of 1 to %d code points, required and no secret"
						.formatted(this.wireName, key, KEY_CODE_POINTS));
		}
		for (CommandType command : this.commands) {
			Member<?> first = command.rules().getFirst();
			if (!first.wireName().equals(key.wireName()) || !first.schema().equals(key.schema()) || !canBeKey(first)) {
				throw new IllegalArgumentException("%s: the first member must be the key, %s, with the same rule"
					.formatted(command.wireName(), key));
			}
		}
	}

	private static boolean canBeKey(Member<?> member) {
		return fitsAnIndex(member) && !member.edges(true).contains("") && member.isRequired();
	}

	private static boolean fitsAnIndex(Member<?> member) {
		boolean bounded = member.type() == Long.class || member.type() == UUID.class
				|| (member.schema().get("maxLength") instanceof Number most && most.longValue() <= KEY_CODE_POINTS);
		return bounded && !member.isSecret();
	}

	private void checkCommands(String prefix) {
		Set<String> names = new HashSet<>(List.of(this.snapshot.wireName(), this.tombstone.wireName()));
		for (CommandType command : this.commands) {
			String name = command.wireName();
			if (!name.startsWith(prefix) || name.indexOf('.', prefix.length()) != name.lastIndexOf('.')) {
				throw new IllegalArgumentException("%s must begin with %s as the others do, and go on as they do"
					.formatted(command.wireName(), prefix));
			}
			if (!names.add(name)) {
				throw new IllegalArgumentException(name + " is the name of another type, too");
			}
		}
		if (this.byClass.size() < this.commands.size()) {
			throw new IllegalArgumentException(this.wireName + " has two types of commands that are the same record");
		}
	}

	private void checkVerbs() {
		for (Verb verb : Verb.values()) {
			long count = this.commands.stream().filter((command) -> command.verb() == verb).count();
			boolean right = switch (verb) {
				case CHANGE -> true;
				case CREATE, DELETE, REPUBLISH -> count == 1;
				case RESUME -> count == (this.parents.isEmpty() ? 0 : 1);
			};
			if (!right) {
				throw new IllegalArgumentException("%s has %d commands that %s".formatted(this.wireName, count,
						verb.name().toLowerCase(Locale.ROOT))
						+ ((verb == Verb.RESUME) ? ": one is needed where it refers to others, and none otherwise"
								: ": one is needed"));
			}
		}
	}

	private void checkSnapshots() {
		RecordComponent[] components = this.snapshotClass.getRecordComponents();
		List<String> found = (components != null) ? Arrays.stream(components).map(RecordComponent::getName).toList()
				: List.of();
		List<String> names = this.snapshotMembers.stream().map(Member::wireName).toList();
		if (components == null || !found.equals(names)) {
			throw new IllegalArgumentException("%s: the members of a snapshot are %s, but the components of %s are %s"
				.formatted(this.wireName, names, this.snapshotClass.getName(), found));
		}
		if (!names.getFirst().equals(key().wireName())) {
			throw new IllegalArgumentException(
					"%s: the first member of a snapshot must be the key, %s".formatted(this.wireName, key()));
		}
		for (int i = 0; i < components.length; i++) {
			Member<?> member = this.snapshotMembers.get(i);
			if (member.isSecret() || !(member.isRequired() || member.isNullable()) || member.isPatch()) {
				throw new IllegalArgumentException("%s: %s is always there in a snapshot, and everybody may read it"
					.formatted(this.wireName, member));
			}
			member.demandOf(components[i], this.wireName);
		}
		for (NullUnless rule : this.snapshotRules) {
			int member = names.indexOf(rule.member().wireName());
			if (member < 0 || !this.snapshotMembers.get(member).isNullable()
					|| !names.contains(rule.other().wireName())) {
				throw new IllegalArgumentException(
						"%s: %s, but they are no members of the snapshot, or the first of them cannot be null"
							.formatted(this.wireName, rule.words()));
			}
		}
	}

	private void checkUniqueMembers() {
		List<String> created = Objects.requireNonNull(command(Verb.CREATE)).members();
		for (Member<?> member : this.uniqueMembers) {
			String name = member.wireName();
			boolean published = this.snapshotMembers.stream().anyMatch((other) -> other.wireName().equals(name));
			boolean comparable = List.of(Long.class, UUID.class, String.class).contains(member.type());
			if (!fitsAnIndex(member) || !comparable || name.equals(key().wireName()) || !published
					|| !created.contains(name)) {
				throw new IllegalArgumentException(
						("%s: %s can't be unique: it must be an integer, a UUID or a text of at most %d code points, no "
								+ "secret, not the key, and a member of the create and of the snapshot")
							.formatted(this.wireName, member, KEY_CODE_POINTS));
			}
		}
	}

	/**
	 * Returns the name that the type has in the names of topics and types.
	 * @return for example {@code task}
	 */
	public String wireName() {
		return this.wireName;
	}

	/**
	 * Returns what several are called, on a command line too.
	 * @return for example {@code tasks}
	 */
	public String plural() {
		return this.plural;
	}

	/**
	 * Returns the member that is the aggregate's key, in every command and in the
	 * snapshot.
	 * @return the first member of each command
	 */
	public Member<?> key() {
		return this.commands.getFirst().rules().getFirst();
	}

	/**
	 * Returns everything that can be asked of the aggregate.
	 * @return the types of its commands, in their order
	 */
	public List<CommandType> commands() {
		return this.commands;
	}

	/**
	 * Returns the type of command that asks something that can be asked for in one way
	 * only.
	 * @param verb what is asked for; not {@link Verb#CHANGE}
	 * @return the type, or null if nobody can ask that
	 */
	public @Nullable CommandType command(Verb verb) {
		for (CommandType type : this.commands) {
			if (type.verb() == verb) {
				return type;
			}
		}
		return null;
	}

	/**
	 * Returns the type of a command, for {@link Command#type()}.
	 * @param command one of this aggregate's commands
	 * @return its type
	 * @throws IllegalArgumentException if it is none
	 */
	public CommandType typeOf(Command command) {
		CommandType type = this.byClass.get(command.getClass());
		if (type == null) {
			throw new IllegalArgumentException(
					"%s is not declared as a command of %s".formatted(command.getClass().getName(), this.plural));
		}
		return type;
	}

	/**
	 * Returns the topic of the commands, unless it is configured otherwise.
	 * @return for example {@code task.commands}
	 */
	public String commandTopic() {
		return this.wireName + ".commands";
	}

	/**
	 * Returns the topic of those of its records that can never be commands, unless it is
	 * configured otherwise.
	 * @return for example {@code task.commands-dlt}
	 */
	public String deadLetterTopic() {
		return commandTopic() + Topics.DEAD_LETTER_SUFFIX;
	}

	/**
	 * Returns the topic of snapshots and tombstones, unless it is configured otherwise.
	 * @return for example {@code task.read-model}
	 */
	public String readModelTopic() {
		return this.wireName + ".read-model";
	}

	/**
	 * Returns what the data of a snapshot are.
	 * @return a record
	 */
	public Class<? extends Snapshot> snapshotClass() {
		return this.snapshotClass;
	}

	/**
	 * Returns the members that a snapshot has, with their rules.
	 * @return the members in the order of the contract; the first is the key
	 */
	public List<Member<?>> snapshotMembers() {
		return this.snapshotMembers;
	}

	/**
	 * Returns what is always true of a snapshot besides.
	 * @return the rules that no member can tell alone
	 */
	public List<NullUnless> snapshotRules() {
		return this.snapshotRules;
	}

	/**
	 * Returns the types that this one refers to.
	 * @return the types whose aggregates must be there for this one's, in the order of
	 * the declaration
	 */
	public Set<AggregateType> parents() {
		return this.parents;
	}

	/**
	 * Returns the type of the event that says how an aggregate stands.
	 * @return for example {@code dev.tidemark.task.snapshot.v1}
	 */
	public EventType snapshot() {
		return this.snapshot;
	}

	/**
	 * Returns the type of the event that says that an aggregate is gone.
	 * @return for example {@code dev.tidemark.task.deleted.v1}
	 */
	public EventType tombstone() {
		return this.tombstone;
	}

	/**
	 * Returns why a create is rejected of which there is one.
	 * @return for example {@code TASK_ALREADY_EXISTS}
	 */
	public RejectionReason alreadyExists() {
		return reason("ALREADY_EXISTS");
	}

	/**
	 * Returns why a command is rejected whose aggregate, or the one it refers to, is not
	 * there.
	 * @return for example {@code TASK_NOT_FOUND}
	 */
	public RejectionReason notFound() {
		return reason("NOT_FOUND");
	}

	/**
	 * Returns why a delete is rejected of one that others refer to.
	 * @param children the others' type, whose aggregates refer to this type's
	 * @return for example {@code USER_HAS_TASKS}
	 * @throws IllegalArgumentException if they do not
	 */
	public RejectionReason has(AggregateType children) {
		if (!children.parents.contains(this)) {
			throw new IllegalArgumentException("%s do not refer to %s".formatted(children.plural, this.plural));
		}
		return reason("HAS_" + children.plural.toUpperCase(Locale.ROOT));
	}

	/**
	 * Returns the members, beside the key, of which no two aggregates of this type have
	 * the same value.
	 * @return the members, in the order of the declaration
	 */
	public List<Member<?>> uniqueMembers() {
		return this.uniqueMembers;
	}

	/**
	 * Returns why a command is rejected that asks for a value that another aggregate has.
	 * @param member one of {@link #uniqueMembers()}
	 * @return for example {@code SHELF_LABEL_TAKEN}
	 * @throws IllegalArgumentException if the member is none of them
	 */
	public RejectionReason taken(Member<?> member) {
		if (this.uniqueMembers.stream().noneMatch((unique) -> unique.wireName().equals(member.wireName()))) {
			throw new IllegalArgumentException("%s of %s is not unique".formatted(member, this.plural));
		}
		return reason(member.wireName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_TAKEN");
	}

	private RejectionReason reason(String end) {
		return new RejectionReason(this.wireName.toUpperCase(Locale.ROOT) + "_" + end);
	}

	@Override
	public String toString() {
		return this.wireName;
	}

	/**
	 * A type of aggregates that is being declared.
	 */
	public static final class Declaration {

		private final String wireName;

		private final String plural;

		private final List<CommandType> commands = new ArrayList<>();

		private final List<Member<?>> snapshotMembers = new ArrayList<>();

		private final List<NullUnless> snapshotRules = new ArrayList<>();

		private final List<AggregateType> parents = new ArrayList<>();

		private final List<Member<?>> uniqueMembers = new ArrayList<>();

		private boolean refersToItself;

		private Declaration(String wireName, String plural) {
			this.wireName = wireName;
			this.plural = plural;
		}

		/**
		 * Says what can be asked of the aggregate: one way to create, delete and
		 * republish it each, as many to change it as there are, and, if it refers to
		 * others, one to resume it.
		 * @param commands the types, in the order of the contract
		 * @return this
		 */
		public Declaration commands(CommandType... commands) {
			this.commands.addAll(Arrays.asList(commands));
			return this;
		}

		/**
		 * Says whom the aggregate refers to. A command that names one who is not there
		 * waits for it, and nobody can be deleted to whom others refer.
		 * @param parents the others' types
		 * @return this
		 */
		public Declaration refersTo(AggregateType... parents) {
			this.parents.addAll(Arrays.asList(parents));
			return this;
		}

		/**
		 * Says that the aggregate refers to others of its own type.
		 * @return this
		 */
		public Declaration refersToItself() {
			this.refersToItself = true;
			return this;
		}

		/**
		 * Says that no two of the aggregates have the same value of a member. A command
		 * that asks for one that another has is rejected. Any number may have null.
		 * @param members members of the create and of the snapshots, each on its own
		 * @return this
		 */
		public Declaration unique(Member<?>... members) {
			this.uniqueMembers.addAll(Arrays.asList(members));
			return this;
		}

		/**
		 * Says that a member of the snapshots is null, except, and only except, while
		 * another has a certain value.
		 * @param <T> what the other member is in Java
		 * @param member a member that can be null
		 * @param other the member that decides
		 * @param value what it then is
		 * @return this
		 */
		public <T> Declaration nullUnless(Member<?> member, Member<T> other, T value) {
			this.snapshotRules.add(new NullUnless(member, other, other.json(value)));
			return this;
		}

		/**
		 * Says what is published of the aggregate, which completes the declaration.
		 * @param snapshot the snapshots: a record that has the aggregate's key first, and
		 * a version last
		 * @param members the record's components but for the version, which is declared
		 * already
		 * @return the type
		 * @throws IllegalArgumentException if the declaration contradicts itself
		 */
		public AggregateType publishes(Class<? extends Snapshot> snapshot, Member<?>... members) {
			this.snapshotMembers.addAll(Arrays.asList(members));
			this.snapshotMembers.add(Member.integer("version", 1, Long.MAX_VALUE,
					"1 after the %s's creation, one more after each command that was applied."
						.formatted(this.wireName)));
			return new AggregateType(this, snapshot);
		}

	}

}
