package dev.tidemark.worker.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.TaskCommand;
import dev.tidemark.contracts.TaskCommand.CompleteTask;
import dev.tidemark.contracts.TaskCommand.CreateTask;
import dev.tidemark.contracts.TaskCommand.DeleteTask;
import dev.tidemark.contracts.TaskCommand.ReopenTask;
import dev.tidemark.contracts.TaskCommand.RepublishTask;
import dev.tidemark.contracts.TaskCommand.ResumeTask;
import dev.tidemark.contracts.TaskCommand.UpdateTask;
import dev.tidemark.contracts.TaskStatus;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.Outcome.Applied;
import dev.tidemark.worker.outcome.Outcome.Deferred;
import dev.tidemark.worker.outcome.Outcome.Rejected;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.state.Tables;
import dev.tidemark.worker.state.WorkingSet;

/**
 * The tasks that one batch touches: answers commands in memory, and writes what came of
 * them at the end.
 */
public final class TaskBatch {

	private final Tables tables;

	private final TaskMapper mapper;

	private final WorkingSet<UUID, Task> tasks;

	/** The completions as the table holds them. */
	private final Map<UUID, Done> storedDones = new HashMap<>();

	TaskBatch(Tables tables, TaskMapper mapper, Collection<Task> found) {
		this.tables = tables;
		this.mapper = mapper;
		this.tasks = new WorkingSet<>(found, Task::getTaskId);
		for (Task task : found) {
			Done done = task.getDone();
			if (done != null) {
				this.storedDones.put(task.getTaskId(), done);
			}
		}
	}

	/**
	 * Decides a command.
	 * @param command the command; never a {@link ResumeTask}, which asks nothing of the
	 * task
	 * @param at the command's time
	 * @param expectedVersion apply only to this version; null if any will do
	 * @param users tells who is registered
	 * @return what came of it
	 */
	public Outcome decide(TaskCommand command, Instant at, @Nullable Long expectedVersion, UserDirectory users) {
		return switch (command) {
			case CreateTask create -> create(create, at, users);
			case UpdateTask update -> existing(update, expectedVersion, (task) -> update(task, update, at, users));
			case CompleteTask complete ->
				existing(complete, expectedVersion, (task) -> become(task, TaskStatus.DONE, at));
			case ReopenTask reopen -> existing(reopen, expectedVersion, (task) -> become(task, TaskStatus.PENDING, at));
			case DeleteTask delete -> existing(delete, expectedVersion, this::delete);
			case RepublishTask republish -> new Applied(readModel(republish.taskId()));
			case ResumeTask _ -> throw new IllegalArgumentException("A resume is not for the task to decide");
		};
	}

	private Outcome create(CreateTask create, Instant at, UserDirectory users) {
		Task existing = this.tasks.find(create.taskId());
		if (existing != null) {
			return new Rejected(RejectionReason.TASK_ALREADY_EXISTS,
					"task %s exists, at version %d".formatted(create.taskId(), existing.getVersion()));
		}
		if (!users.knows(create.username())) {
			return new Deferred(create.username());
		}
		Task task = this.mapper.create(create, at);
		this.tasks.put(task.getTaskId(), task);
		return applied(task);
	}

	private Outcome existing(TaskCommand command, @Nullable Long expectedVersion, Function<Task, Outcome> decide) {
		Task task = this.tasks.find(command.taskId());
		if (task == null) {
			return new Rejected(RejectionReason.TASK_NOT_FOUND, "task %s does not exist".formatted(command.taskId()));
		}
		if (expectedVersion != null && expectedVersion != task.getVersion()) {
			return new Rejected(RejectionReason.VERSION_CONFLICT,
					"task %s is at version %d, not %d".formatted(command.taskId(), task.getVersion(), expectedVersion));
		}
		return decide.apply(task);
	}

	private Outcome update(Task task, UpdateTask update, Instant at, UserDirectory users) {
		if (update.username() instanceof Field.Given<String>(String username) && !users.knows(username)) {
			return new Deferred(username);
		}
		this.mapper.apply(update, task);
		if (update.status() instanceof Field.Given<TaskStatus>(TaskStatus status)) {
			task.become(status, at);
		}
		return changed(task, at);
	}

	private Outcome become(Task task, TaskStatus status, Instant at) {
		task.become(status, at);
		return changed(task, at);
	}

	private Outcome delete(Task task) {
		this.tasks.remove(task.getTaskId());
		return new Applied(ReadModel.tombstone(EventType.TASK_DELETED, task.getVersion() + 1));
	}

	private Outcome changed(Task task, Instant at) {
		task.commanded(at);
		this.tasks.put(task.getTaskId(), task);
		return applied(task);
	}

	private Outcome applied(Task task) {
		return new Applied(ReadModel.of(this.mapper.toSnapshot(task)));
	}

	/**
	 * Returns how a task stands.
	 * @param taskId the task's key
	 * @return its snapshot, or a tombstone without a version where there is no such task
	 */
	public ReadModel readModel(UUID taskId) {
		Task task = this.tasks.find(taskId);
		return (task != null) ? ReadModel.of(this.mapper.toSnapshot(task))
				: ReadModel.tombstone(EventType.TASK_DELETED, null);
	}

	/**
	 * Tells whether one of the tasks in hand has the given user, as the batch stands.
	 * @param username the user's key
	 * @return whether a task of this batch refers to it
	 */
	public boolean refersTo(String username) {
		return this.tasks.current().values().stream().anyMatch((task) -> task.getUsername().equals(username));
	}

	/**
	 * Writes what has changed. New users must be there before, and users that go must go
	 * after.
	 * @param session the batch's transaction
	 */
	public void write(StatelessSession session) {
		List<Task> inserts = this.tasks.inserts();
		List<Task> updates = this.tasks.updates();
		this.tables.insert(session, Task.class, inserts);
		this.tables.update(session, Task.class, updates);
		writeDones(session, inserts, updates);
		this.tables.delete(session, Task.class, this.tasks.deletes());
	}

	private void writeDones(StatelessSession session, List<Task> inserted, List<Task> updated) {
		List<Done> inserts = new ArrayList<>();
		List<Done> updates = new ArrayList<>();
		List<UUID> deletes = new ArrayList<>();
		for (Task task : inserted) {
			Done done = task.getDone();
			if (done != null) {
				inserts.add(done);
			}
		}
		for (Task task : updated) {
			Done before = this.storedDones.get(task.getTaskId());
			Done now = task.getDone();
			if (before == null && now != null) {
				inserts.add(now);
			}
			else if (before != null && now == null) {
				deletes.add(before.getTaskId());
			}
			else if (before != null && now != null && !before.getCompletedAt().equals(now.getCompletedAt())) {
				updates.add(now);
			}
		}
		this.tables.insert(session, Done.class, inserts);
		this.tables.update(session, Done.class, updates);
		this.tables.delete(session, Done.class, deletes);
	}

}
