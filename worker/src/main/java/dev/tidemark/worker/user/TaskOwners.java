package dev.tidemark.worker.user;

/**
 * Answers the one question that users have about tasks.
 */
@FunctionalInterface
public interface TaskOwners {

	/**
	 * Tells whether any task refers to a user, as the batch stands.
	 * @param username the user's key
	 * @return whether there is such a task
	 */
	boolean hasTasks(String username);

}
