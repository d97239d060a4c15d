package dev.tidemark.worker.user;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.hibernate.StatelessSession;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.state.Tables;

/**
 * The users in the database.
 */
@Component
public class Users {

	private final Tables tables;

	private final UserMapper mapper;

	Users(Tables tables, UserMapper mapper) {
		this.tables = tables;
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
		List<String> others = named.stream().filter((username) -> !touched.contains(username)).toList();
		Set<String> registered = new HashSet<>();
		if (!others.isEmpty()) {
			this.tables.select(session, "select username from users where username = any(?)", others,
					(row) -> registered.add(row.getString(1)));
		}
		return new UserBatch(this.tables, this.mapper, this.tables.find(session, User.class, touched), registered);
	}

}
