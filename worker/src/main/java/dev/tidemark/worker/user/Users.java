package dev.tidemark.worker.user;

import java.util.Collection;

import org.springframework.stereotype.Component;

/**
 * The users in the database.
 */
@Component
public class Users {

	private final UserMapper mapper;

	Users(UserMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Begins to gather the users that a batch touches or names.
	 * @param touched the keys of users that have commands, some of which may have no user
	 * @return the users, to be loaded, worked on and then written
	 */
	public UserBatch batch(Collection<String> touched) {
		return new UserBatch(this.mapper, touched);
	}

}
