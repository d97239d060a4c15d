package dev.tidemark.contracts;

/**
 * What the topics of all aggregates have in common. The others follow from the name of an
 * {@link AggregateType}.
 */
public final class Topics {

	/** Commands that the state forbade, keyed as they were. */
	public static final String COMMAND_REJECTIONS = "command.rejections";

	/** What follows the name of a command topic in the name of its dead-letter topic. */
	public static final String DEAD_LETTER_SUFFIX = "-dlt";

	private Topics() {
	}

}
