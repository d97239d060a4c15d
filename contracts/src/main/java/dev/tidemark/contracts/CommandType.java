package dev.tidemark.contracts;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The types of commands: what the CloudEvents attribute {@code type} of a command can
 * say.
 */
public enum CommandType {

	/** Type of {@link TaskCommand.CreateTask}. */
	CREATE_TASK("dev.tidemark.task.create.v1", AggregateType.TASK, Verb.CREATE, TaskCommand.CreateTask::read,
			Member.TASK_ID, Member.TITLE, Member.USERNAME, Member.DESCRIPTION, Member.STATUS),

	/** Type of {@link TaskCommand.UpdateTask}. */
	UPDATE_TASK("dev.tidemark.task.update.v1", AggregateType.TASK, Verb.CHANGE, TaskCommand.UpdateTask::read,
			Member.TASK_ID, Member.TITLE, Member.DESCRIPTION, Member.STATUS, Member.USERNAME),

	/** Type of {@link TaskCommand.CompleteTask}. */
	COMPLETE_TASK("dev.tidemark.task.complete.v1", AggregateType.TASK, Verb.CHANGE, TaskCommand.CompleteTask::read,
			Member.TASK_ID),

	/** Type of {@link TaskCommand.ReopenTask}. */
	REOPEN_TASK("dev.tidemark.task.reopen.v1", AggregateType.TASK, Verb.CHANGE, TaskCommand.ReopenTask::read,
			Member.TASK_ID),

	/** Type of {@link TaskCommand.DeleteTask}. */
	DELETE_TASK("dev.tidemark.task.delete.v1", AggregateType.TASK, Verb.DELETE, TaskCommand.DeleteTask::read,
			Member.TASK_ID),

	/** Type of {@link TaskCommand.RepublishTask}. */
	REPUBLISH_TASK("dev.tidemark.task.republish.v1", AggregateType.TASK, Verb.REPUBLISH,
			TaskCommand.RepublishTask::read, Member.TASK_ID),

	/** Type of {@link TaskCommand.ResumeTask}. */
	RESUME_TASK("dev.tidemark.task.resume.v1", AggregateType.TASK, Verb.RESUME, TaskCommand.ResumeTask::read,
			Member.TASK_ID),

	/** Type of {@link UserCommand.RegisterUser}. */
	REGISTER_USER("dev.tidemark.user.register.v1", AggregateType.USER, Verb.CREATE, UserCommand.RegisterUser::read,
			Member.USERNAME, Member.PASSWORD_HASH),

	/** Type of {@link UserCommand.ChangePassword}. */
	CHANGE_PASSWORD("dev.tidemark.user.change-password.v1", AggregateType.USER, Verb.CHANGE,
			UserCommand.ChangePassword::read, Member.USERNAME, Member.PASSWORD_HASH),

	/** Type of {@link UserCommand.DeleteUser}. */
	DELETE_USER("dev.tidemark.user.delete.v1", AggregateType.USER, Verb.DELETE, UserCommand.DeleteUser::read,
			Member.USERNAME),

	/** Type of {@link UserCommand.RepublishUser}. */
	REPUBLISH_USER("dev.tidemark.user.republish.v1", AggregateType.USER, Verb.REPUBLISH,
			UserCommand.RepublishUser::read, Member.USERNAME);

	private static final Map<String, CommandType> BY_WIRE_NAME = Arrays.stream(values())
		.collect(Collectors.toUnmodifiableMap(CommandType::wireName, Function.identity()));

	private final String wireName;

	private final AggregateType aggregate;

	private final Verb verb;

	@SuppressWarnings("ImmutableEnumChecker") // a reference to a static method
	private final Function<DataReader, Command> reader;

	@SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
	private final List<String> members;

	@SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
	private final List<String> shownMembers;

	CommandType(String wireName, AggregateType aggregate, Verb verb, Function<DataReader, Command> reader,
			Member... members) {
		this.wireName = wireName;
		this.aggregate = aggregate;
		this.verb = verb;
		this.reader = reader;
		this.members = Arrays.stream(members).map(Member::wireName).toList();
		this.shownMembers = Arrays.stream(members)
			.filter((member) -> !member.isSecret())
			.map(Member::wireName)
			.toList();
	}

	/**
	 * Returns the type that has the given name on the wire.
	 * @param wireName what the attribute {@code type} says
	 * @return the type, or null if no command has it
	 */
	public static @Nullable CommandType of(String wireName) {
		return BY_WIRE_NAME.get(wireName);
	}

	/**
	 * Returns the type of command that asks something of an aggregate that can be asked
	 * for in one way only.
	 * @param aggregate the aggregate's type
	 * @param verb what is asked for; not {@link Verb#CHANGE}
	 * @return the type, or null if nobody can ask that
	 */
	public static @Nullable CommandType of(AggregateType aggregate, Verb verb) {
		for (CommandType type : values()) {
			if (type.aggregate == aggregate && type.verb == verb) {
				return type;
			}
		}
		return null;
	}

	/**
	 * Returns the name of this type on the wire.
	 * @return for example {@code dev.tidemark.task.create.v1}
	 */
	public String wireName() {
		return this.wireName;
	}

	/**
	 * Returns what this type of command is for.
	 * @return the type of the aggregate
	 */
	public AggregateType aggregate() {
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
	 * Returns the topic on which commands of this type are sent. On another they are
	 * unknown.
	 * @return for example {@link Topics#TASK_COMMANDS}
	 */
	public String topic() {
		return this.aggregate.commandTopic();
	}

	/**
	 * Returns the members that {@code data} can have, in the order of the contract.
	 * @return the names of the members, required or not
	 */
	public List<String> members() {
		return this.members;
	}

	/**
	 * Returns those {@link #members()} whose values are no secrets.
	 * @return the names of the members that may be shown to whoever operates the worker
	 */
	public List<String> shownMembers() {
		return this.shownMembers;
	}

	/**
	 * Reads {@code data}. Its members are all text, so that this map can hold whatever is
	 * well formed; numbers and booleans, objects and arrays are for the parser to refuse,
	 * and so is a member that comes twice.
	 * @param data the members by name; null stands for JSON's {@code null}
	 * @return the command
	 * @throws MalformedDataException if a member is unknown, missing or ill-formed
	 */
	public Command read(Map<String, @Nullable String> data) {
		for (String name : data.keySet()) {
			if (!this.members.contains(name)) {
				throw new MalformedDataException(name, "is unknown, known are " + String.join(", ", this.members));
			}
		}
		return this.reader.apply(new DataReader(data));
	}

}
