package dev.tidemark.contracts;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A type of commands: what the CloudEvents attribute {@code type} says, what is asked
 * for, and the members of {@code data}. The command itself is a record whose components
 * are the members, in the same order and by the same names, so that nothing else has to
 * be written to read it, to write it and to describe it.
 */
public final class CommandType {

	/** Also a header's value, a name in URIs and the name of a file. */
	private static final Pattern WIRE_NAME = Pattern.compile("(?:[a-z0-9-]+\\.)+[a-z0-9-]+\\.v[1-9][0-9]*");

	private final Verb verb;

	private final String wireName;

	private final String title;

	private final String description;

	private final Class<? extends Command> command;

	private final List<Member<?>> members;

	private final List<String> names;

	private final List<String> shownNames;

	/** Asked for each command that is read. */
	private final boolean patch;

	private final MethodHandle constructor;

	private final List<MethodHandle> accessors;

	private @Nullable AggregateType aggregate;

	private CommandType(Verb verb, String wireName, String title, String description, Class<? extends Command> command,
			List<Member<?>> members) {
		this.verb = verb;
		this.wireName = wireName;
		this.title = title;
		this.description = description;
		this.command = command;
		this.members = members;
		this.names = members.stream().map(Member::wireName).toList();
		this.shownNames = members.stream().filter((member) -> !member.isSecret()).map(Member::wireName).toList();
		this.patch = members.size() > 1 && members.stream().skip(1).allMatch(Member::isPatch);
		if (!WIRE_NAME.matcher(wireName).matches()) {
			throw new IllegalArgumentException(
					"%s: a type must be words in lower case, parted by dots, and end in a version such as .v1"
						.formatted(wireName));
		}
		RecordComponent[] components = components();
		try {
			MethodHandles.Lookup lookup = MethodHandles.publicLookup();
			Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
			this.constructor = lookup.findConstructor(command, MethodType.methodType(void.class, types))
				.asSpreader(Object[].class, types.length)
				.asType(MethodType.methodType(Object.class, Object[].class));
			MethodHandle[] accessors = new MethodHandle[components.length];
			for (int i = 0; i < components.length; i++) {
				accessors[i] = lookup.unreflect(components[i].getAccessor())
					.asType(MethodType.methodType(Object.class, Object.class));
			}
			this.accessors = List.of(accessors);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalArgumentException(
					wireName + ": " + command.getName() + " must be a public record with a public constructor", ex);
		}
	}

	/**
	 * Declares a type of commands.
	 * @param verb what is asked for
	 * @param wireName the name on the wire: the organisation's domain in reverse, the
	 * aggregate's name, what is asked for and the version, such as
	 * {@code dev.tidemark.task.create.v1}
	 * @param title what is asked for, for strangers, in a few words
	 * @param description the same in sentences whose first one has no subject, which is
	 * the command: {@code Asks for a new task. It is rejected if the task is there.}
	 * @param command the commands: a public record
	 * @param members the record's components, one by one; the first is the aggregate's
	 * key
	 * @return the type
	 * @throws IllegalArgumentException if the name is none, or the record's components
	 * are others
	 */
	public static CommandType of(Verb verb, String wireName, String title, String description,
			Class<? extends Command> command, Member<?>... members) {
		return new CommandType(verb, wireName, title, description, command, List.of(members));
	}

	private RecordComponent[] components() {
		RecordComponent[] components = this.command.getRecordComponents();
		if (components == null || components.length == 0) {
			throw new IllegalArgumentException(this.wireName + ": " + this.command.getName() + " must be a record");
		}
		List<String> found = Arrays.stream(components).map(RecordComponent::getName).toList();
		if (!found.equals(this.names)) {
			throw new IllegalArgumentException("%s: the members are %s, but the components of %s are %s"
				.formatted(this.wireName, this.names, this.command.getName(), found));
		}
		for (int i = 0; i < components.length; i++) {
			this.members.get(i).demandOf(components[i], this.wireName);
		}
		return components;
	}

	/** Says whose type this is. */
	void belongTo(AggregateType owner) {
		if (this.aggregate != null) {
			throw new IllegalArgumentException(this.wireName + " is a command of two aggregates");
		}
		this.aggregate = owner;
	}

	/**
	 * Returns the name of this type on the wire.
	 * @return for example {@code dev.tidemark.task.create.v1}
	 */
	public String wireName() {
		return this.wireName;
	}

	/**
	 * Returns what is asked for.
	 * @return a few words for strangers
	 */
	public String title() {
		return this.title;
	}

	/**
	 * Returns what is asked for, and what may come of it.
	 * @return sentences for strangers, the first without its subject, the command
	 */
	public String description() {
		return this.description;
	}

	/**
	 * Returns what this type of command is for.
	 * @return the type of the aggregate
	 * @throws IllegalStateException if no aggregate has this type
	 */
	public AggregateType aggregate() {
		if (this.aggregate == null) {
			throw new IllegalStateException("No aggregate has the commands " + this.wireName);
		}
		return this.aggregate;
	}

	/**
	 * Returns what this type of command asks for.
	 * @return the verb
	 */
	public Verb verb() {
		return this.verb;
	}

	/**
	 * Returns what the commands are in Java.
	 * @return a record
	 */
	public Class<? extends Command> command() {
		return this.command;
	}

	/**
	 * Returns the topic on which commands of this type are sent. On another they are
	 * unknown.
	 * @return for example {@code task.commands}
	 */
	public String topic() {
		return aggregate().commandTopic();
	}

	/**
	 * Returns the members that {@code data} can have, in the order of the contract.
	 * @return the names of the members, required or not
	 */
	public List<String> members() {
		return this.names;
	}

	/**
	 * Returns what {@link #members()} are named, with their rules.
	 * @return the members in the order of the contract; the first is the key
	 */
	public List<Member<?>> rules() {
		return this.members;
	}

	/**
	 * Returns those {@link #members()} whose values are no secrets.
	 * @return the names of the members that may be shown to whoever operates the worker
	 */
	public List<String> shownMembers() {
		return this.shownNames;
	}

	/**
	 * Tells whether {@code data} must have a member beside the key.
	 * @return whether this is a merge patch, of which one field at least must be given
	 */
	public boolean isPatch() {
		return this.patch;
	}

	/**
	 * Reads {@code data}. A member that comes twice is for the parser to refuse.
	 * @param data the members by name: {@link String}, {@link Boolean} and
	 * {@link java.math.BigDecimal}; null stands for JSON's {@code null}, and any other
	 * object for what no member can be
	 * @return the command
	 * @throws MalformedDataException if a member is unknown, missing or ill-formed
	 */
	public Command read(Map<String, ? extends @Nullable Object> data) {
		for (String name : data.keySet()) {
			if (!this.names.contains(name)) {
				throw new MalformedDataException(name, "is unknown, known are " + String.join(", ", this.names));
			}
		}
		@Nullable Object[] components = new @Nullable Object[this.members.size()];
		for (int i = 0; i < components.length; i++) {
			components[i] = this.members.get(i).read(data);
		}
		checkPatch(components);
		try {
			return (Command) (Object) this.constructor.invokeExact(components);
		}
		catch (Throwable ex) {
			throw unchecked(ex);
		}
	}

	/**
	 * Demands of the components of a record what the wire demands. For the record's
	 * constructor, so that whatever instance exists is well formed.
	 * @param components the components, one by one
	 * @throws MalformedDataException if one breaks its rule
	 * @throws NullPointerException if one is null that must not be
	 */
	public void check(@Nullable Object... components) {
		for (int i = 0; i < components.length; i++) {
			this.members.get(i).check(components[i]);
		}
		checkPatch(components);
	}

	private void checkPatch(@Nullable Object[] components) {
		if (!isPatch()) {
			return;
		}
		for (int i = 1; i < components.length; i++) {
			if (components[i] instanceof Field.Given<?>) {
				return;
			}
		}
		throw new MalformedDataException(
				"data must have at least one of " + Member.names(this.members.subList(1, this.members.size())));
	}

	/** Writes the members of a command. */
	Map<String, @Nullable Object> data(Command command) {
		Map<String, @Nullable Object> data = new LinkedHashMap<>();
		for (int i = 0; i < this.accessors.size(); i++) {
			this.members.get(i).write(component(command, i), data);
		}
		return Collections.unmodifiableMap(data);
	}

	/**
	 * Returns what a command has for a member.
	 * @param command a command of this type
	 * @param member the member's name
	 * @return the record's component, which is a {@link Field} for a field of a merge
	 * patch; null if it is null, or if commands of this type have no such member
	 */
	public @Nullable Object value(Command command, String member) {
		int index = this.names.indexOf(member);
		return (index >= 0) ? component(command, index) : null;
	}

	/** Returns the key of a command, as text. */
	String key(Command command) {
		Object key = component(command, 0);
		if (key == null) {
			throw new NullPointerException(this.names.getFirst());
		}
		return this.members.getFirst().text(key);
	}

	private @Nullable Object component(Command command, int index) {
		try {
			return (Object) this.accessors.get(index).invokeExact((Object) command);
		}
		catch (Throwable ex) {
			throw unchecked(ex);
		}
	}

	private static RuntimeException unchecked(Throwable thrown) {
		if (thrown instanceof Error error) {
			throw error;
		}
		return (thrown instanceof RuntimeException ex) ? ex : new IllegalStateException(thrown);
	}

	@Override
	public String toString() {
		return this.wireName;
	}

}
