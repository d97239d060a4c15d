package dev.tidemark.contracts.task;

import java.time.Instant;
import java.util.UUID;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.ReopenTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.ResumeTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.user.Users;

/**
 * What travels of tasks.
 */
public final class Tasks {

	private static final Member<UUID> TASK_ID = Member.uuid("taskId",
			"The id of the task, in lower case. It is the key of the Kafka record too.");

	private static final Member<String> TITLE = Member.text("title", 1, 1_024, "What the task is about.");

	private static final Member<String> DESCRIPTION = Member
		.text("description", 0, 65_536, "More about the task. Null is as if absent.")
		.orNull();

	static final Member<TaskStatus> STATUS = Member.choice("status", TaskStatus.class, TaskStatus::wireName,
			"How far the task is.");

	private static final Member<Instant> COMPLETED_AT = Member
		.time("completedAt", "The time of the command that completed the task, in UTC, or null while it is not done.")
		.orNull();

	private static final Member<String> USERNAME = Users.USERNAME.saying("Whose task it is.");

	/** Type of {@link CreateTask}. */
	public static final CommandType CREATE = CommandType.of(Verb.CREATE, "dev.tidemark.task.create.v1", "Create a task",
			"Asks for a new task. It is rejected if the task is there, and deferred while the user is not.",
			CreateTask.class,
			TASK_ID.saying("The id of the new task, in lower case, chosen by the sender. It is the key of the Kafka "
					+ "record too."),
			TITLE, USERNAME, DESCRIPTION,
			STATUS.or(TaskStatus.PENDING)
				.saying("How far the task is. A task that is created as done is completed at the time of the "
						+ "command."));

	/** Type of {@link UpdateTask}. */
	public static final CommandType UPDATE = CommandType.of(Verb.CHANGE, "dev.tidemark.task.update.v1", "Update a task",
			"Asks for other values of some fields of a task: a merge patch "
					+ "(RFC 7396). A field that is absent stays as it is; at least one is needed.",
			UpdateTask.class, TASK_ID, TITLE.patch().saying("The new title."),
			DESCRIPTION.patch().saying("The new description. Null clears it."),
			STATUS.patch()
				.saying("The new status. Done completes the task, unless it is done already; the others reopen it."),
			USERNAME.patch()
				.saying("Whose task it is from now on. The command is deferred while that user is not there."));

	/** Type of {@link CompleteTask}. */
	public static final CommandType COMPLETE = CommandType.of(Verb.CHANGE, "dev.tidemark.task.complete.v1",
			"Complete a task", "Asks for a task to be done. A task that is done already keeps its first completion.",
			CompleteTask.class, TASK_ID);

	/** Type of {@link ReopenTask}. */
	public static final CommandType REOPEN = CommandType.of(Verb.CHANGE, "dev.tidemark.task.reopen.v1", "Reopen a task",
			"Asks for a task to be pending again.", ReopenTask.class, TASK_ID);

	/** Type of {@link DeleteTask}. */
	public static final CommandType DELETE = CommandType.of(Verb.DELETE, "dev.tidemark.task.delete.v1", "Delete a task",
			"Asks for a task to be gone, and its completion with it.", DeleteTask.class, TASK_ID);

	/** Type of {@link RepublishTask}. */
	public static final CommandType REPUBLISH = CommandType.of(Verb.REPUBLISH, "dev.tidemark.task.republish.v1",
			"Publish a task again",
			"Asks for the current snapshot of a task to be published again, "
					+ "or a tombstone where there is no such task. Nothing else changes.",
			RepublishTask.class, TASK_ID);

	/** Type of {@link ResumeTask}. */
	public static final CommandType RESUME = CommandType.of(Verb.RESUME, "dev.tidemark.task.resume.v1", "Resume a task",
			"Asks for the deferred commands of a task to be taken up again. "
					+ "The worker sends it to itself; it does no harm from anyone.",
			ResumeTask.class, TASK_ID);

	/** Tasks, by their ids. */
	public static final AggregateType TYPE = AggregateType.named("task", "tasks")
		.commands(CREATE, UPDATE, COMPLETE, REOPEN, DELETE, REPUBLISH, RESUME)
		.refersTo(Users.TYPE)
		.nullUnless(COMPLETED_AT, STATUS, TaskStatus.DONE)
		.publishes(TaskSnapshot.class, TASK_ID, TITLE, DESCRIPTION.saying("More about the task, or null for nothing."),
				STATUS, USERNAME, Member.time("createdAt", "The time of the command that created the task, in UTC."),
				Member.time("updatedAt", "The time of the command that changed the task last, in UTC."), COMPLETED_AT);

	private Tasks() {
	}

}
