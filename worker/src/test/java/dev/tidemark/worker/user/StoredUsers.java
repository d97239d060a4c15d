package dev.tidemark.worker.user;

import java.time.Instant;
import java.util.List;

/**
 * Users as if they had been loaded from a table.
 */
public final class StoredUsers {

	/** When the users registered. */
	public static final Instant REGISTERED = Instant.parse("2026-11-18T10:00:00Z");

	/** The hash that the users have. */
	public static final String HASH = "$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

	private StoredUsers() {
	}

	/**
	 * Returns a batch that found some users.
	 * @param usernames their names; each is at version 1
	 * @return a batch with these users in it
	 */
	public static UserBatch of(String... usernames) {
		UserBatch batch = new UserBatch(new UserMapperImpl(), List.of(usernames));
		for (String username : usernames) {
			batch.adopt(new User(username, HASH, REGISTERED));
		}
		return batch;
	}

	/**
	 * Returns who loads users.
	 * @return the users in the database
	 */
	public static Users table() {
		return new Users(new UserMapperImpl());
	}

}
