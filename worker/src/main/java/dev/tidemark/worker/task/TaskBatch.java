package dev.tidemark.worker.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

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
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.WorkingSet;
import dev.tidemark.worker.state.Writes;

/**
 * The tasks that one batch touches: answers commands in memory, and writes what came of
 * them at the end.
 */
public final class TaskBatch {

	private final TaskMapper mapper;

	private final WorkingSet<UUID, Task> tasks = new WorkingSet<>();

	/** The completions as the table holds them. */
	private final Map<UUID, Done> storedDones = new HashMap<>();

	TaskBatch(TaskMapper mapper) {
		this.mapper = mapper;
	}

	void adopt(Task task) {
		this.tasks.adopt(task.getTaskId(), task);
	}

	/**
	 * Loads the completions of those tasks that have one.
	 * @param reads gathers what is to be read
	 */
	public void loadCompletions(Reads reads) {
		List<UUID> completed = this.tasks.current()
			.values()
			.stream()
			.filter((task) -> task.getStatus() == TaskStatus.DONE)
			.map(Task::getTaskId)
			.toList();
		reads.find(Done.class, completed, this::adopt);
	}

	void adopt(Done done) {
		Objects.requireNonNull(this.tasks.find(done.getTaskId())).complete(done);
		this.storedDones.put(done.getTaskId(), done);
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
	 * @param writes gathers what is to be written
	 */
	public void write(Writes writes) {
		List<Task> inserts = this.tasks.inserts();
		List<Task> updates = this.tasks.updates();
		writes.insert(Task.class, inserts);
		writes.update(Task.class, updates);
		writeDones(writes, inserts, updates);
		writes.delete(Task.class, this.tasks.deletes());
	}

	private void writeDones(Writes writes, List<Task> inserted, List<Task> updated) {
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
		writes.insert(Done.class, inserts);
		writes.update(Done.class, updates);
		writes.delete(Done.class, deletes);
	}

}
