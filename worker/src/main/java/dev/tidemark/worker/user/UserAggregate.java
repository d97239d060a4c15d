package dev.tidemark.worker.user;

import java.time.Instant;

import org.springframework.stereotype.Component;

import dev.tidemark.contracts.Snapshot;
import dev.tidemark.contracts.user.UserCommand.ChangePassword;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.aggregate.Aggregate;

/**
 * What a user is: a name, and a password of which nothing is published.
 */
@Component
final class UserAggregate extends Aggregate<User, RegisterUser, ChangePassword> {

	private final UserMapper mapper;

	UserAggregate(UserMapper mapper) {
		super(Users.TYPE, User.class);
		this.mapper = mapper;
	}

	@Override
	protected Object rowKey(String key) {
		return key;
	}

	@Override
	protected Object rowKey(User row) {
		return row.getUsername();
	}

	@Override
	protected User create(RegisterUser register, Instant at) {
		return this.mapper.create(register);
	}

	@Override
	protected void change(User user, ChangePassword change, Instant at) {
		this.mapper.apply(change, user);
	}

	@Override
	protected Snapshot snapshot(User user) {
		return this.mapper.toSnapshot(user);
	}

	@Override
	protected String inWords(String key) {
		return "user";
	}

}
