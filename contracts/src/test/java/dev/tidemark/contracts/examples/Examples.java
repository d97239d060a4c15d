package dev.tidemark.contracts.examples;

import java.util.List;

import dev.tidemark.contracts.Command;

/**
 * Reads the examples that come with this contract, for {@code @MethodSource} and the
 * like.
 */
public final class Examples {

	private static final ExampleFolder SHIPPED = ExampleFolder.beside(Command.class);

	private Examples() {
	}

	/**
	 * Returns commands that are well formed, each in the folder of its type.
	 * @return the examples, sorted by name
	 */
	public static List<Example> valid() {
		return SHIPPED.valid();
	}

	/**
	 * Returns records that go to the dead letters, each in the folder of its reason.
	 * @return the examples, sorted by name
	 */
	public static List<Example> invalid() {
		return SHIPPED.invalid();
	}

	/**
	 * Returns what is published: events, each in the folder of its type, and dead
	 * letters.
	 * @return the examples, sorted by name
	 */
	public static List<Example> published() {
		return SHIPPED.published();
	}

	/**
	 * Returns one example.
	 * @param name where it is, for example
	 * {@code valid/dev.tidemark.task.create.v1/smallest}
	 * @return the example of that name
	 * @throws IllegalArgumentException if there is none
	 */
	public static Example named(String name) {
		return SHIPPED.named(name);
	}

}
