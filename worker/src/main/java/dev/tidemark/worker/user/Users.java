package dev.tidemark.worker.user;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

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
	 * Loads the users that a batch touches, and finds those that it only names.
	 * @param session the batch's transaction
	 * @param touched the keys of users that have commands, some of which may have no user
	 * @param named the keys of users that tasks are to have, some of which may have no
	 * user
	 * @return the users, to be worked on and then written
	 */
	public UserBatch load(StatelessSession session, Collection<String> touched, Collection<String> named) {
		List<User> found = touched.isEmpty() ? List.of()
				: session.getMultiple(User.class, List.copyOf(touched)).stream().filter(Objects::nonNull).toList();
		String[] others = named.stream().filter((username) -> !touched.contains(username)).toArray(String[]::new);
		Set<String> registered = (others.length == 0) ? Set.of()
				: new HashSet<>(session
					.createNativeQuery("select username from users where username = any(cast(:usernames as varchar[]))",
							String.class)
					.setParameter("usernames", others)
					.getResultList());
		return new UserBatch(this.mapper, found, registered);
	}

}
