package dev.tidemark.contracts;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What somebody asks Tidemark to do: the {@code data} of a command's CloudEvent, read and
 * found well formed. Whether it can be done is another question, and the state's to
 * answer.
 */
public sealed interface Command permits TaskCommand, UserCommand {

	/**
	 * Returns the type that says on the wire what is asked for.
	 * @return the type, never that of another command
	 */
	CommandType type();

	/**
	 * Returns the key that the Kafka record of this command must have.
	 * @return the task's id, or the username
	 */
	String key();

	/**
	 * Returns the members of {@code data} in the order of the contract, as
	 * {@link CommandType#read} takes them. A member that is absent is not in the map; the
	 * one value that can be null is the {@code description} that a
	 * {@link TaskCommand.UpdateTask} clears.
	 * <p>
	 * Of a user command this may hold an encoded password hash: don't log it.
	 * @return an unmodifiable map
	 */
	Map<String, @Nullable String> data();

}
