package dev.tidemark.worker.task;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.contracts.task.TaskCommand;
import dev.tidemark.contracts.task.TaskCommand.ChangeTask;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.ReopenTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.aggregate.Aggregate;
import dev.tidemark.worker.aggregate.Part;
import dev.tidemark.worker.aggregate.Reference;

/**
 * What a task is: it has a user, and is completed exactly while it is done.
 */
@Component
final class TaskAggregate extends Aggregate<Task, CreateTask, ChangeTask> {

	private static final List<Reference<Task, CreateTask, ChangeTask>> REFERENCES = List
		.of(new Reference<>(Users.TYPE, "username", CreateTask::username, TaskAggregate::newUser, Task::getUsername));

	private final TaskMapper mapper;

	TaskAggregate(TaskMapper mapper) {
		super(Tasks.TYPE, Task.class);
		this.mapper = mapper;
	}

	@Override
	protected Object rowKey(String key) {
		return UUID.fromString(key);
	}

	@Override
	protected Object rowKey(Command command) {
		return ((TaskCommand) command).taskId();
	}

	@Override
	protected Object rowKey(Task row) {
		return row.getTaskId();
	}

	@Override
	protected Task create(CreateTask create, Instant at) {
		return this.mapper.create(create, at);
	}

	@Override
	protected void change(Task task, ChangeTask change, Instant at) {
		switch (change) {
			case UpdateTask update -> {
				this.mapper.apply(update, task);
				if (update.status() instanceof Field.Given<TaskStatus>(TaskStatus status)) {
					task.become(status, at);
				}
			}
			case CompleteTask _ -> task.become(TaskStatus.DONE, at);
			case ReopenTask _ -> task.become(TaskStatus.PENDING, at);
		}
	}

	@Override
	protected Snapshot snapshot(Task task) {
		return this.mapper.toSnapshot(task);
	}

	@Override
	protected List<Reference<Task, CreateTask, ChangeTask>> references() {
		return REFERENCES;
	}

	private static @Nullable String newUser(ChangeTask change) {
		return switch (change) {
			case UpdateTask update -> (update.username() instanceof Field.Given<String>(String name)) ? name : null;
			case CompleteTask _, ReopenTask _ -> null;
		};
	}

	@Override
	protected List<Part<Task, ?>> parts() {
		return List.of(new Completion());
	}

	/** The part of a task that is done. */
	private static final class Completion implements Part<Task, Done> {

		@Override
		public Class<Done> entity() {
			return Done.class;
		}

		@Override
		public boolean isExpectedOf(Task task) {
			return task.getStatus() == TaskStatus.DONE;
		}

		@Override
		public void attach(Task task, Done done) {
			task.complete(done);
		}

		@Override
		public @Nullable Done of(Task task) {
			return task.getDone();
		}

		@Override
		public Object key(Done done) {
			return done.getTaskId();
		}

		@Override
		public boolean isSame(Done stored, Done now) {
			return stored.getCompletedAt().equals(now.getCompletedAt());
		}

	}

}
