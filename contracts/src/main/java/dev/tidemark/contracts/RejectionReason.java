package dev.tidemark.contracts;

/**
 * Why the state forbids a command. The first that holds, in the order of declaration, is
 * the one that is given. The names are the names on the wire.
 */
public enum RejectionReason {

	/** A create names a task that is there. */
	TASK_ALREADY_EXISTS,

	/** A registration names a user who is there. */
	USER_ALREADY_EXISTS,

	/** A command other than a create names a task that is not there. */
	TASK_NOT_FOUND,

	/**
	 * A user command other than a registration names a user who is not there; or a task's
	 * command names one, has been deferred for that, and its time is over. The latter is
	 * judged last of all.
	 */
	USER_NOT_FOUND,

	/**
	 * The version is not the one that {@link EventHeaders#CE_EXPECTEDVERSION} expects.
	 */
	VERSION_CONFLICT,

	/** A user is to be deleted to whom tasks refer. */
	USER_HAS_TASKS

}
