package dev.tidemark.worker.user;

import java.time.Instant;

import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.aggregate.Aggregate;
import dev.tidemark.worker.aggregate.StoredAggregates;

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
	 * Returns what has been declared of users.
	 * @return the users' aggregate
	 */
	public static Aggregate<?, ?, ?> declared() {
		return new UserAggregate(new UserMapperImpl());
	}

	/**
	 * Stores users.
	 * @param aggregates where to
	 * @param usernames their names; each is at version 1
	 * @return the same aggregates
	 */
	public static StoredAggregates add(StoredAggregates aggregates, String... usernames) {
		for (String username : usernames) {
			User user = new User(username, HASH);
			user.commanded(REGISTERED);
			aggregates.with(Users.TYPE, user);
		}
		return aggregates;
	}

}
