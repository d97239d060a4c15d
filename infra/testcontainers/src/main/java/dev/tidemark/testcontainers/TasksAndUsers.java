package dev.tidemark.testcontainers;

import java.util.UUID;
import java.util.function.Predicate;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.UserSnapshot;
import dev.tidemark.contracts.user.Users;

/**
 * Shorter ways to await the first two types of aggregates that there were. Other types
 * have none: {@link TidemarkStack#await(AggregateType, String, Class, Predicate)} is for
 * all of them.
 */
public sealed interface TasksAndUsers permits TidemarkStack {

	/**
	 * Awaits that an aggregate is in some state.
	 * @param <S> how it is shown
	 * @param type the type of the aggregate
	 * @param key its key
	 * @param snapshot the type's snapshots
	 * @param condition says of a snapshot whether it shows that state
	 * @return the first snapshot that does
	 */
	<S extends Snapshot> S await(AggregateType type, String key, Class<S> snapshot, Predicate<? super S> condition);

	/**
	 * Awaits that an aggregate is gone.
	 * @param type the type of the aggregate
	 * @param key its key
	 */
	void awaitDeleted(AggregateType type, String key);

	/**
	 * Awaits a task.
	 * @param taskId the task
	 * @return its first snapshot
	 * @throws AssertionError if it does not come in time
	 */
	default TaskSnapshot awaitTask(UUID taskId) {
		return awaitTask(taskId, (_) -> true);
	}

	/**
	 * Awaits that a task is in some state.
	 * @param taskId the task
	 * @param condition says of a snapshot whether it shows that state
	 * @return the first snapshot that does
	 * @throws AssertionError if it does not come in time
	 */
	default TaskSnapshot awaitTask(UUID taskId, Predicate<TaskSnapshot> condition) {
		return await(Tasks.TYPE, taskId.toString(), TaskSnapshot.class, condition);
	}

	/**
	 * Awaits that a task is gone.
	 * @param taskId the task
	 * @throws AssertionError if it does not go in time
	 */
	default void awaitTaskDeleted(UUID taskId) {
		awaitDeleted(Tasks.TYPE, taskId.toString());
	}

	/**
	 * Awaits a user.
	 * @param username the user
	 * @return the first snapshot
	 * @throws AssertionError if it does not come in time
	 */
	default UserSnapshot awaitUser(String username) {
		return awaitUser(username, (_) -> true);
	}

	/**
	 * Awaits that a user is in some state.
	 * @param username the user
	 * @param condition says of a snapshot whether it shows that state
	 * @return the first snapshot that does
	 * @throws AssertionError if it does not come in time
	 */
	default UserSnapshot awaitUser(String username, Predicate<UserSnapshot> condition) {
		return await(Users.TYPE, username, UserSnapshot.class, condition);
	}

	/**
	 * Awaits that a user is gone.
	 * @param username the user
	 * @throws AssertionError if it does not go in time
	 */
	default void awaitUserDeleted(String username) {
		awaitDeleted(Users.TYPE, username);
	}

}
