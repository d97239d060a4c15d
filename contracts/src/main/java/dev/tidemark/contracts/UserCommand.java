package dev.tidemark.contracts;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Everything one can ask of a user. The commands of one user are applied in the order in
 * which its partition holds them.
 */
public sealed interface UserCommand extends Command {

	/**
	 * Returns the name of the user, which is the user's identity too.
	 * @return 1 to 255 code points, none of them a control character
	 */
	String username();

	/**
	 * Returns the username.
	 */
	@Override
	default String key() {
		return username();
	}

	/**
	 * Returns the username, and whatever else the command says.
	 */
	@Override
	default Map<String, @Nullable String> data() {
		return new DataWriter().put(Member.USERNAME, username()).data();
	}

	/**
	 * Asks for a new user. Tasks that wait for that user are taken up as soon as this is
	 * applied.
	 *
	 * @param username the name of the new user
	 * @param passwordHash the hash of the user's password
	 */
	record RegisterUser(String username, PasswordHash passwordHash) implements UserCommand {

		/**
		 * Demands of each component what the wire demands.
		 * @throws MalformedDataException if the username breaks its rule
		 */
		public RegisterUser {
			Member.USERNAME.check(username);
			Objects.requireNonNull(passwordHash, "passwordHash");
		}

		static RegisterUser read(DataReader data) {
			return new RegisterUser(data.text(Member.USERNAME), data.passwordHash());
		}

		@Override
		public CommandType type() {
			return CommandType.REGISTER_USER;
		}

		@Override
		public Map<String, @Nullable String> data() {
			return new DataWriter().put(Member.USERNAME, this.username)
				.put(Member.PASSWORD_HASH, this.passwordHash.encoded())
				.data();
		}

	}

	/**
	 * Asks for another password hash in place of the user's present one.
	 *
	 * @param username the name of the user
	 * @param passwordHash the hash of the user's new password
	 */
	record ChangePassword(String username, PasswordHash passwordHash) implements UserCommand {

		/**
		 * Demands of each component what the wire demands.
		 * @throws MalformedDataException if the username breaks its rule
		 */
		public ChangePassword {
			Member.USERNAME.check(username);
			Objects.requireNonNull(passwordHash, "passwordHash");
		}

		static ChangePassword read(DataReader data) {
			return new ChangePassword(data.text(Member.USERNAME), data.passwordHash());
		}

		@Override
		public CommandType type() {
			return CommandType.CHANGE_PASSWORD;
		}

		@Override
		public Map<String, @Nullable String> data() {
			return new DataWriter().put(Member.USERNAME, this.username)
				.put(Member.PASSWORD_HASH, this.passwordHash.encoded())
				.data();
		}

	}

	/**
	 * Asks for a user to be gone. It is rejected while tasks refer to the user.
	 *
	 * @param username the name of the user
	 */
	record DeleteUser(String username) implements UserCommand {

		/**
		 * Demands what the wire demands.
		 * @throws MalformedDataException if the username breaks its rule
		 */
		public DeleteUser {
			Member.USERNAME.check(username);
		}

		static DeleteUser read(DataReader data) {
			return new DeleteUser(data.text(Member.USERNAME));
		}

		@Override
		public CommandType type() {
			return CommandType.DELETE_USER;
		}

	}

	/**
	 * Asks for the user's current snapshot to be published again, or a tombstone where
	 * there is no such user.
	 *
	 * @param username the name of the user
	 */
	record RepublishUser(String username) implements UserCommand {

		/**
		 * Demands what the wire demands.
		 * @throws MalformedDataException if the username breaks its rule
		 */
		public RepublishUser {
			Member.USERNAME.check(username);
		}

		static RepublishUser read(DataReader data) {
			return new RepublishUser(data.text(Member.USERNAME));
		}

		@Override
		public CommandType type() {
			return CommandType.REPUBLISH_USER;
		}

	}

}
