package dev.tidemark.worker.task;

/**
 * Answers the one question that tasks have about users.
 */
@FunctionalInterface
public interface UserDirectory {

	/**
	 * Tells whether a user is registered, as the batch stands.
	 * @param username the user's key
	 * @return whether there is such a user
	 */
	boolean knows(String username);

}
