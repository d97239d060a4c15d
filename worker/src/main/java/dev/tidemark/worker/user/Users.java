package dev.tidemark.worker.user;

import java.util.Collection;
import java.util.List;
import java.util.Objects;

import org.hibernate.StatelessSession;
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
	 * Loads the users that a batch touches or names.
	 * @param session the batch's transaction
	 * @param usernames the keys, some of which may have no user
	 * @return the users, to be worked on and then written
	 */
	public UserBatch load(StatelessSession session, Collection<String> usernames) {
		List<User> found = usernames.isEmpty() ? List.of()
				: session.getMultiple(User.class, List.copyOf(usernames)).stream().filter(Objects::nonNull).toList();
		return new UserBatch(this.mapper, found);
	}

}
