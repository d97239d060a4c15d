package dev.tidemark.contracts;

/**
 * The types of what Tidemark publishes: what the CloudEvents attribute {@code type} of an
 * event can say.
 */
public enum EventType {

	/** A task as a command has left it, with a {@link TaskSnapshot} as data. */
	TASK_SNAPSHOT("dev.tidemark.task.snapshot.v1", Topics.TASK_READ_MODEL),

	/** A task that is gone: a tombstone, without data. */
	TASK_DELETED("dev.tidemark.task.deleted.v1", Topics.TASK_READ_MODEL),

	/** A user as a command has left it, with a {@link UserSnapshot} as data. */
	USER_SNAPSHOT("dev.tidemark.user.snapshot.v1", Topics.USER_READ_MODEL),

	/** A user who is gone: a tombstone, without data. */
	USER_DELETED("dev.tidemark.user.deleted.v1", Topics.USER_READ_MODEL),

	/** A command that the state forbade, with a {@link Rejection} as data. */
	COMMAND_REJECTED("dev.tidemark.command.rejected.v1", Topics.COMMAND_REJECTIONS);

	private final String wireName;

	private final String topic;

	EventType(String wireName, String topic) {
		this.wireName = wireName;
		this.topic = topic;
	}

	/**
	 * Returns the name of this type on the wire.
	 * @return for example {@code dev.tidemark.task.snapshot.v1}
	 */
	public String wireName() {
		return this.wireName;
	}

	/**
	 * Returns the topic on which events of this type are published.
	 * @return one of the {@link Topics}
	 */
	public String topic() {
		return this.topic;
	}

}
