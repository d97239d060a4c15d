package dev.tidemark.contracts;

/**
 * The topics, by the names they have unless they are configured otherwise.
 */
public final class Topics {

	/** Commands for tasks, keyed by the task's id. */
	public static final String TASK_COMMANDS = "task.commands";

	/** Commands for users, keyed by the username. */
	public static final String USER_COMMANDS = "user.commands";

	/** Every version of every task, compacted, keyed by the task's id. */
	public static final String TASK_READ_MODEL = "task.read-model";

	/** Every version of every user, compacted, keyed by the username. */
	public static final String USER_READ_MODEL = "user.read-model";

	/** Commands that the state forbade, keyed as they were. */
	public static final String COMMAND_REJECTIONS = "command.rejections";

	/** What follows the name of a command topic in the name of its dead-letter topic. */
	public static final String DEAD_LETTER_SUFFIX = "-dlt";

	/** Records of {@link #TASK_COMMANDS} that can never be commands, as they came. */
	public static final String TASK_COMMANDS_DLT = TASK_COMMANDS + DEAD_LETTER_SUFFIX;

	/** Records of {@link #USER_COMMANDS} that can never be commands, as they came. */
	public static final String USER_COMMANDS_DLT = USER_COMMANDS + DEAD_LETTER_SUFFIX;

	private Topics() {
	}

}
