package dev.tidemark.worker.user;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.UserCommand;
import dev.tidemark.contracts.UserCommand.ChangePassword;
import dev.tidemark.contracts.UserCommand.DeleteUser;
import dev.tidemark.contracts.UserCommand.RegisterUser;
import dev.tidemark.contracts.UserCommand.RepublishUser;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.Outcome.Applied;
import dev.tidemark.worker.outcome.Outcome.Rejected;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.WorkingSet;
import dev.tidemark.worker.state.Writes;

/**
 * The users that one batch touches or names: answers commands in memory, and writes what
 * came of them at the end.
 */
public final class UserBatch {

	private final UserMapper mapper;

	/** The keys of users that have commands. */
	private final Collection<String> touched;

	private final WorkingSet<String, User> users = new WorkingSet<>();

	/** The users that are named only: no command of this batch is theirs. */
	private final Set<String> others = new HashSet<>();

	UserBatch(UserMapper mapper, Collection<String> touched) {
		this.mapper = mapper;
		this.touched = touched;
	}

	/**
	 * Finds users that are only named.
	 * @param reads gathers what is to be read; that comes first, as names may be long
	 * @param named the keys of users that tasks are to have, some of which may have no
	 * user
	 */
	public void find(Reads reads, Collection<String> named) {
		List<String> onlyNamed = named.stream().filter((username) -> !this.touched.contains(username)).toList();
		reads.select("select username from users where username = any(?)", onlyNamed, (row) -> found(row.getString(1)));
	}

	void found(String username) {
		this.others.add(username);
	}

	/**
	 * Loads the users that have commands.
	 * @param reads gathers what is to be read; that comes first, as names may be long
	 */
	public void load(Reads reads) {
		reads.find(User.class, this.touched, this::adopt);
	}

	void adopt(User user) {
		this.users.adopt(user.getUsername(), user);
	}

	/**
	 * Decides a command.
	 * @param command the command
	 * @param at the command's time
	 * @param expectedVersion apply only to this version; null if any will do
	 * @param owners tells who has tasks
	 * @return what came of it; never a deferral
	 */
	public Outcome decide(UserCommand command, Instant at, @Nullable Long expectedVersion, TaskOwners owners) {
		return switch (command) {
			case RegisterUser register -> register(register, at);
			case ChangePassword change -> existing(change, expectedVersion, (user) -> changePassword(user, change, at));
			case DeleteUser delete -> existing(delete, expectedVersion, (user) -> delete(user, owners));
			case RepublishUser republish -> new Applied(readModel(republish.username()));
		};
	}

	private Outcome register(RegisterUser register, Instant at) {
		User existing = this.users.find(register.username());
		if (existing != null) {
			return new Rejected(RejectionReason.USER_ALREADY_EXISTS,
					"user exists, at version %d".formatted(existing.getVersion()));
		}
		User user = this.mapper.create(register, at);
		this.users.put(user.getUsername(), user);
		return new Applied(ReadModel.of(this.mapper.toSnapshot(user)));
	}

	private Outcome existing(UserCommand command, @Nullable Long expectedVersion, Function<User, Outcome> decide) {
		User user = this.users.find(command.username());
		if (user == null) {
			return new Rejected(RejectionReason.USER_NOT_FOUND, "user does not exist");
		}
		if (expectedVersion != null && expectedVersion != user.getVersion()) {
			return new Rejected(RejectionReason.VERSION_CONFLICT,
					"user is at version %d, not %d".formatted(user.getVersion(), expectedVersion));
		}
		return decide.apply(user);
	}

	private Outcome changePassword(User user, ChangePassword change, Instant at) {
		this.mapper.apply(change, user);
		user.commanded(at);
		this.users.put(user.getUsername(), user);
		return new Applied(ReadModel.of(this.mapper.toSnapshot(user)));
	}

	private Outcome delete(User user, TaskOwners owners) {
		if (owners.hasTasks(user.getUsername())) {
			return new Rejected(RejectionReason.USER_HAS_TASKS, "tasks still refer to the user");
		}
		this.users.remove(user.getUsername());
		return new Applied(ReadModel.tombstone(EventType.USER_DELETED, user.getVersion() + 1));
	}

	/**
	 * Returns how a user stands.
	 * @param username the user's key
	 * @return its snapshot, or a tombstone without a version where there is no such user
	 */
	public ReadModel readModel(String username) {
		User user = this.users.find(username);
		return (user != null) ? ReadModel.of(this.mapper.toSnapshot(user))
				: ReadModel.tombstone(EventType.USER_DELETED, null);
	}

	/**
	 * Tells whether a user is registered, as the batch stands.
	 * @param username the user's key
	 * @return whether there is such a user
	 */
	public boolean contains(String username) {
		return this.others.contains(username) || this.users.find(username) != null;
	}

	/**
	 * Writes users that are new or have changed: before the tasks that may refer to them.
	 * @param writes gathers what is to be written
	 */
	public void write(Writes writes) {
		writes.insert(User.class, this.users.inserts());
		writes.update(User.class, this.users.updates());
	}

	/**
	 * Deletes users that have gone: after the tasks that may have referred to them.
	 * @param writes gathers what is to be written
	 */
	public void delete(Writes writes) {
		writes.delete(User.class, this.users.deletes());
	}

}
