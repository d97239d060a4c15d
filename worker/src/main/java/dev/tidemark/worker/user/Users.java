package dev.tidemark.worker.user;

import java.util.Collection;
import java.util.List;

import org.springframework.stereotype.Component;

import dev.tidemark.worker.state.Reads;

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
	 * Finds the users that a batch only names.
	 * @param reads gathers what is to be read; that comes first, as names may be long
	 * @param touched the keys of users that have commands
	 * @param named the keys of users that tasks are to have, some of which may have no
	 * user
	 * @return the users, to be worked on and then written; filled when the reads are run,
	 * but for those that {@linkplain UserBatch#load have commands}
	 */
	public UserBatch find(Reads reads, Collection<String> touched, Collection<String> named) {
		UserBatch batch = new UserBatch(this.mapper);
		List<String> others = named.stream().filter((username) -> !touched.contains(username)).toList();
		reads.select("select username from users where username = any(?)", others,
				(row) -> batch.adopt(row.getString(1)));
		return batch;
	}

}
