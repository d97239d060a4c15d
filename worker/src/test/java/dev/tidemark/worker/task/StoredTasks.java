package dev.tidemark.worker.task;

import java.time.Instant;
import java.util.UUID;

import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.aggregate.Aggregate;
import dev.tidemark.worker.aggregate.StoredAggregates;

/**
 * Tasks as if they had been loaded from a table.
 */
public final class StoredTasks {

	/** When the tasks were created. */
	public static final Instant CREATED = Instant.parse("2026-11-19T10:00:00Z");

	private StoredTasks() {
	}

	/**
	 * Returns what has been declared of tasks.
	 * @return the tasks' aggregate
	 */
	public static Aggregate<?, ?, ?> declared() {
		return new TaskAggregate(new TaskMapperImpl());
	}

	/**
	 * Stores a task.
	 * @param aggregates where to
	 * @param taskId the task's key
	 * @param username whose task it is
	 * @param status its status; a task that is done has a stored completion
	 * @param version its version
	 * @return the same aggregates
	 */
	public static StoredAggregates add(StoredAggregates aggregates, UUID taskId, String username, TaskStatus status,
			long version) {
		Task task = new Task(taskId, "Stored", "Text", status, username, CREATED);
		while (task.getVersion() < version) {
			task.commanded(CREATED);
		}
		return aggregates.with(Tasks.TYPE, task,
				(status == TaskStatus.DONE) ? new Object[] { new Done(task, CREATED) } : new Object[0]);
	}

}
