package dev.tidemark.worker.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.tidemark.contracts.TaskStatus;
import dev.tidemark.worker.user.User;

/**
 * Tasks as if they had been loaded from a table.
 */
public final class StoredTasks {

	/** When the tasks were created. */
	public static final Instant CREATED = Instant.parse("2026-11-19T10:00:00Z");

	private StoredTasks() {
	}

	/**
	 * Returns a batch that found none of its tasks.
	 * @return a batch with nothing in it
	 */
	public static TaskBatch none() {
		return new TaskBatch(new TaskMapperImpl());
	}

	/**
	 * Returns a batch that found a task.
	 * @param taskId the task's key
	 * @param username whose task it is
	 * @param status its status; a task that is done has a stored completion
	 * @param version its version
	 * @return a batch with one task in it
	 */
	public static TaskBatch one(UUID taskId, String username, TaskStatus status, long version) {
		TaskBatch batch = none();
		add(batch, taskId, username, status, version);
		return batch;
	}

	/**
	 * Adds a task to those that a batch found.
	 * @param batch the batch
	 * @param taskId the task's key
	 * @param username whose task it is
	 * @param status its status; a task that is done has a stored completion
	 * @param version its version
	 */
	public static void add(TaskBatch batch, UUID taskId, String username, TaskStatus status, long version) {
		Task task = new Task(taskId, "Stored", "Text", status, username, CREATED);
		while (task.getVersion() < version) {
			task.commanded(CREATED);
		}
		batch.adopt(task);
		if (status == TaskStatus.DONE) {
			batch.adopt(new Done(task, CREATED));
		}
	}

	/**
	 * Returns who loads tasks.
	 * @return the tasks in the database
	 */
	public static Tasks table() {
		return new Tasks(new TaskMapperImpl());
	}

	/**
	 * Returns what is needed to write tasks.
	 * @return the types of the entities
	 */
	public static List<Class<?>> entities() {
		return new ArrayList<>(List.of(Task.class, Done.class, User.class));
	}

}
