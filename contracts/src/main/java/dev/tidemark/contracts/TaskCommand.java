package dev.tidemark.contracts;

import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Everything one can ask of a task. The commands of one task are applied in the order in
 * which its partition holds them.
 */
public sealed interface TaskCommand extends Command {

	/**
	 * Returns the id of the task, chosen by whoever creates it.
	 * @return the task's id
	 */
	UUID taskId();

	/**
	 * Returns the task's id as text, in lower case.
	 */
	@Override
	default String key() {
		return taskId().toString();
	}

	/**
	 * Returns the task's id, and whatever else the command says.
	 */
	@Override
	default Map<String, @Nullable String> data() {
		return new DataWriter().put(Member.TASK_ID, key()).data();
	}

	/**
	 * Asks for another state of a task that exists.
	 */
	sealed interface ChangeTask extends TaskCommand permits UpdateTask, CompleteTask, ReopenTask {

	}

	/**
	 * Asks for a new task. It is deferred while its user is not registered.
	 *
	 * @param taskId the id of the new task
	 * @param title 1 to 1,024 code points
	 * @param username whose task it is, 1 to 255 code points
	 * @param description at most 65,536 code points, or null for none
	 * @param status {@link TaskStatus#PENDING} where the sender says nothing
	 */
	record CreateTask(UUID taskId, String title, String username, @Nullable String description,
			TaskStatus status) implements TaskCommand {

		/**
		 * Demands of each component what the wire demands.
		 * @throws MalformedDataException if the title, the username or the description
		 * breaks its rule
		 */
		public CreateTask {
			Objects.requireNonNull(taskId, "taskId");
			Member.TITLE.check(title);
			Member.USERNAME.check(username);
			if (description != null) {
				Member.DESCRIPTION.check(description);
			}
			Objects.requireNonNull(status, "status");
		}

		static CreateTask read(DataReader data) {
			return new CreateTask(data.taskId(), data.text(Member.TITLE), data.text(Member.USERNAME),
					data.has(Member.DESCRIPTION) ? data.nullableText(Member.DESCRIPTION) : null,
					data.has(Member.STATUS) ? data.status() : TaskStatus.PENDING);
		}

		@Override
		public CommandType type() {
			return CommandType.CREATE_TASK;
		}

		@Override
		public Map<String, @Nullable String> data() {
			DataWriter data = new DataWriter().put(Member.TASK_ID, key())
				.put(Member.TITLE, this.title)
				.put(Member.USERNAME, this.username);
			if (this.description != null) {
				data.put(Member.DESCRIPTION, this.description);
			}
			return data.put(Member.STATUS, this.status.wireName()).data();
		}

	}

	/**
	 * Asks for other values of some fields of a task, as a merge patch (RFC 7396): what
	 * is absent stays as it is.
	 *
	 * @param taskId the id of the task to change
	 * @param title the new title, 1 to 1,024 code points
	 * @param description the new description, at most 65,536 code points; null clears it
	 * @param status the new status; {@link TaskStatus#DONE} completes the task, the
	 * others reopen one that is done
	 * @param username whose task it is from now on, 1 to 255 code points
	 */
	record UpdateTask(UUID taskId, Field<String> title, Field<@Nullable String> description, Field<TaskStatus> status,
			Field<String> username) implements ChangeTask {

		/**
		 * Demands of each component what the wire demands.
		 * @throws MalformedDataException if no field is given, or one that is given
		 * breaks its rule
		 */
		public UpdateTask {
			Objects.requireNonNull(taskId, "taskId");
			if (!title.isGiven() && !description.isGiven() && !status.isGiven() && !username.isGiven()) {
				throw new MalformedDataException("data must have at least one of title, description, status, username");
			}
			if (title instanceof Field.Given(var value)) {
				Member.TITLE.check(value);
			}
			if (description instanceof Field.Given(var value) && value != null) {
				Member.DESCRIPTION.check(value);
			}
			if (status instanceof Field.Given(var value)) {
				Objects.requireNonNull(value, "status");
			}
			if (username instanceof Field.Given(var value)) {
				Member.USERNAME.check(value);
			}
		}

		static UpdateTask read(DataReader data) {
			return new UpdateTask(data.taskId(), data.field(Member.TITLE, () -> data.text(Member.TITLE)),
					data.field(Member.DESCRIPTION, () -> data.nullableText(Member.DESCRIPTION)),
					data.field(Member.STATUS, data::status),
					data.field(Member.USERNAME, () -> data.text(Member.USERNAME)));
		}

		@Override
		public CommandType type() {
			return CommandType.UPDATE_TASK;
		}

		@Override
		public Map<String, @Nullable String> data() {
			DataWriter data = new DataWriter().put(Member.TASK_ID, key());
			if (this.title instanceof Field.Given(var value)) {
				data.put(Member.TITLE, value);
			}
			if (this.description instanceof Field.Given(var value)) {
				data.put(Member.DESCRIPTION, value);
			}
			if (this.status instanceof Field.Given(var value)) {
				data.put(Member.STATUS, value.wireName());
			}
			if (this.username instanceof Field.Given(var value)) {
				data.put(Member.USERNAME, value);
			}
			return data.data();
		}

	}

	/**
	 * Asks for a task to be done. One that is done already keeps its first completion.
	 *
	 * @param taskId the id of the task
	 */
	record CompleteTask(UUID taskId) implements ChangeTask {

		/**
		 * Demands a task's id.
		 */
		public CompleteTask {
			Objects.requireNonNull(taskId, "taskId");
		}

		static CompleteTask read(DataReader data) {
			return new CompleteTask(data.taskId());
		}

		@Override
		public CommandType type() {
			return CommandType.COMPLETE_TASK;
		}

	}

	/**
	 * Asks for a task to be pending again.
	 *
	 * @param taskId the id of the task
	 */
	record ReopenTask(UUID taskId) implements ChangeTask {

		/**
		 * Demands a task's id.
		 */
		public ReopenTask {
			Objects.requireNonNull(taskId, "taskId");
		}

		static ReopenTask read(DataReader data) {
			return new ReopenTask(data.taskId());
		}

		@Override
		public CommandType type() {
			return CommandType.REOPEN_TASK;
		}

	}

	/**
	 * Asks for a task to be gone, its completion with it. Its id may be used for another
	 * life, from version 1.
	 *
	 * @param taskId the id of the task
	 */
	record DeleteTask(UUID taskId) implements TaskCommand {

		/**
		 * Demands a task's id.
		 */
		public DeleteTask {
			Objects.requireNonNull(taskId, "taskId");
		}

		static DeleteTask read(DataReader data) {
			return new DeleteTask(data.taskId());
		}

		@Override
		public CommandType type() {
			return CommandType.DELETE_TASK;
		}

	}

	/**
	 * Asks for the task's current snapshot to be published again, or a tombstone where
	 * there is no such task.
	 *
	 * @param taskId the id of the task
	 */
	record RepublishTask(UUID taskId) implements TaskCommand {

		/**
		 * Demands a task's id.
		 */
		public RepublishTask {
			Objects.requireNonNull(taskId, "taskId");
		}

		static RepublishTask read(DataReader data) {
			return new RepublishTask(data.taskId());
		}

		@Override
		public CommandType type() {
			return CommandType.REPUBLISH_TASK;
		}

	}

	/**
	 * Asks for the deferred commands of a task to be taken up again. The worker sends it;
	 * from others it does no harm.
	 *
	 * @param taskId the id of the task
	 */
	record ResumeTask(UUID taskId) implements TaskCommand {

		/**
		 * Demands a task's id.
		 */
		public ResumeTask {
			Objects.requireNonNull(taskId, "taskId");
		}

		static ResumeTask read(DataReader data) {
			return new ResumeTask(data.taskId());
		}

		@Override
		public CommandType type() {
			return CommandType.RESUME_TASK;
		}

	}

}
