package dev.tidemark.contracts.user;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.user.UserCommand.ChangePassword;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.UserCommand.RepublishUser;

/**
 * What travels of users.
 */
public final class Users {

	/** The name of a user, for others who refer to one. */
	public static final Member<String> USERNAME = Member.line("username", 1, 255,
			"The name of the user. It is the key of the Kafka record too.");

	static final Member<PasswordHash> PASSWORD_HASH = Member
		.formatted("passwordHash", PasswordHash.class, PasswordHash::new, PasswordHash::encoded, schemaOfHashes(),
				"The encoded hash of the user's password, never the password: bcrypt, argon2 or scrypt, with or "
						+ "without Spring Security's {id} prefix, or PBKDF2 with it.")
		.inWords("an encoded hash, never a password: at most 1,024 characters, of a form below")
		.secret();

	/** Type of {@link RegisterUser}. */
	public static final CommandType REGISTER = CommandType.of(Verb.CREATE, "dev.tidemark.user.register.v1",
			"Register a user", "Asks for a new user. It is rejected if the user is there.", RegisterUser.class,
			USERNAME.saying("The name of the new user. It is the key of the Kafka record too."), PASSWORD_HASH);

	/** Type of {@link ChangePassword}. */
	public static final CommandType CHANGE_PASSWORD = CommandType.of(Verb.CHANGE,
			"dev.tidemark.user.change-password.v1", "Change a password",
			"Asks for another password hash in place of the present one.", ChangePassword.class, USERNAME,
			PASSWORD_HASH
				.saying("The encoded hash of the user's new password, never the password: bcrypt, argon2 or scrypt, "
						+ "with or without Spring Security's {id} prefix, or PBKDF2 with it."));

	/** Type of {@link DeleteUser}. */
	public static final CommandType DELETE = CommandType.of(Verb.DELETE, "dev.tidemark.user.delete.v1", "Delete a user",
			"Asks for a user to be gone. It is rejected while tasks refer to the user.", DeleteUser.class, USERNAME);

	/** Type of {@link RepublishUser}. */
	public static final CommandType REPUBLISH = CommandType.of(Verb.REPUBLISH, "dev.tidemark.user.republish.v1",
			"Publish a user again",
			"Asks for the current snapshot of a user to be published again, "
					+ "or a tombstone where there is no such user. Nothing else changes.",
			RepublishUser.class, USERNAME);

	/** Users, by their names. */
	public static final AggregateType TYPE = AggregateType.named("user", "users")
		.commands(REGISTER, CHANGE_PASSWORD, DELETE, REPUBLISH)
		.publishes(UserSnapshot.class, USERNAME,
				Member.time("createdAt", "The time of the command that registered the user, in UTC."),
				Member.time("updatedAt", "The time of the command that changed the user last, in UTC."));

	private Users() {
	}

	private static Map<String, Object> schemaOfHashes() {
		Map<String, Object> schema = new LinkedHashMap<>();
		schema.put("maxLength", PasswordHash.LONGEST);
		schema.put("pattern", PasswordHash.PATTERN);
		return schema;
	}

}
