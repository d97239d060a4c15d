package dev.tidemark.contracts.task;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.MalformedDataException;

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

	@Override
	default CommandType type() {
		return Tasks.TYPE.typeOf(this);
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
			Tasks.CREATE.check(taskId, title, username, description, status);
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
			Tasks.UPDATE.check(taskId, title, description, status, username);
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
			Tasks.COMPLETE.check(taskId);
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
			Tasks.REOPEN.check(taskId);
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
			Tasks.DELETE.check(taskId);
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
			Tasks.REPUBLISH.check(taskId);
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
			Tasks.RESUME.check(taskId);
		}

	}

}
