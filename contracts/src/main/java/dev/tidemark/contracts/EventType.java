package dev.tidemark.contracts;

/**
 * A type of what Tidemark publishes: what the CloudEvents attribute {@code type} of an
 * event can say.
 *
 * @param wireName the name on the wire, for example {@code dev.tidemark.task.snapshot.v1}
 * @param topic the topic on which events of this type are published, unless it is
 * configured otherwise
 */
public record EventType(String wireName, String topic) {

	/** A command that the state forbade, with a {@link Rejection} as data. */
	public static final EventType COMMAND_REJECTED = new EventType("dev.tidemark.command.rejected.v1",
			Topics.COMMAND_REJECTIONS);

}
