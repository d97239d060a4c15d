package dev.tidemark.contracts.user;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.MalformedDataException;

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

	@Override
	default CommandType type() {
		return Users.TYPE.typeOf(this);
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
			Users.REGISTER.check(username, passwordHash);
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
			Users.CHANGE_PASSWORD.check(username, passwordHash);
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
			Users.DELETE.check(username);
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
			Users.REPUBLISH.check(username);
		}

	}

}
