package dev.tidemark.contracts;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What somebody asks Tidemark to do: the {@code data} of a command's CloudEvent, read and
 * found well formed. Whether it can be done is another question, and the state's to
 * answer.
 * <p>
 * A command is a public record that a {@link CommandType} describes.
 */
public interface Command {

	/**
	 * Returns the type that says on the wire what is asked for.
	 * @return the type, never that of another command
	 */
	CommandType type();

	/**
	 * Returns the key that the Kafka record of this command must have.
	 * @return the aggregate's key, as text
	 */
	default String key() {
		return type().key(this);
	}

	/**
	 * Returns the members of {@code data} in the order of the contract, as
	 * {@link CommandType#read} takes them. A member that is absent is not in the map;
	 * null is a value that a merge patch clears.
	 * <p>
	 * This holds secrets, where a member {@linkplain Member#isSecret() is one}: don't log
	 * it.
	 * @return an unmodifiable map
	 */
	default Map<String, @Nullable Object> data() {
		return type().data(this);
	}

}
