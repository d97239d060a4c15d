package dev.tidemark.contracts.user;

import java.util.regex.Pattern;

import dev.tidemark.contracts.MalformedDataException;

/**
 * A password's encoded hash: never a password. Known are bcrypt, argon2 and scrypt, with
 * or without the {@code {id}} that Spring Security's {@code DelegatingPasswordEncoder}
 * puts before them, and PBKDF2 with it, since without it nothing tells PBKDF2 from plain
 * text.
 *
 * @param encoded the algorithm's usual text form, at most 1,024 characters, all of them
 * ASCII
 */
public record PasswordHash(String encoded) {

	/**
	 * The most characters that a hash may have. No part of {@link #PATTERN} is unbounded
	 * either.
	 */
	static final int LONGEST = 1_024;

	/**
	 * The very text is in the JSON Schemas too, so this keeps to what ECMA-262 and Java
	 * read alike.
	 */
	static final String PATTERN = "^(?:"
			// bcrypt
			+ "(?:\\{bcrypt\\})?\\$2[abxy]?\\$(?:0[4-9]|[12][0-9]|3[01])\\$[./A-Za-z0-9]{53}"
			// argon2, as the PHC string format has it
			+ "|(?:\\{argon2(?:@SpringSecurity_v5_8)?\\})?\\$argon2(?:id|i|d)(?:\\$v=[0-9]{1,2})?"
			+ "\\$m=[0-9]{1,10},t=[0-9]{1,10},p=[0-9]{1,8}\\$[A-Za-z0-9+/]{11,172}\\$[A-Za-z0-9+/]{16,344}"
			// scrypt: Spring Security's form, the PHC string format, and libxcrypt's
			+ "|(?:\\{scrypt(?:@SpringSecurity_v5_8)?\\})?(?:" //
			+ "\\$[0-9a-f]{5,6}\\$[A-Za-z0-9+/]{11,172}={0,2}\\$[A-Za-z0-9+/]{22,344}={0,2}"
			+ "|\\$scrypt\\$ln=[0-9]{1,2},r=[0-9]{1,10},p=[0-9]{1,10}\\$[A-Za-z0-9+/]{11,172}={0,2}"
			+ "\\$[A-Za-z0-9+/]{22,344}={0,2}" //
			+ "|\\$7\\$[./A-Za-z0-9]{11,97}\\$[./A-Za-z0-9]{43})"
			// PBKDF2: salt and hash in one, hexadecimal or base64
			+ "|\\{pbkdf2(?:@SpringSecurity_v5_8)?\\}[A-Za-z0-9+/]{38,512}={0,2}" //
			+ ")$";

	private static final Pattern COMPILED = Pattern.compile(PATTERN);

	/**
	 * Demands a hash in a form that is known.
	 * @throws MalformedDataException if it is none, plain text and {@code {noop}} above
	 * all
	 */
	public PasswordHash {
		if (encoded.length() > LONGEST || !COMPILED.matcher(encoded).matches()) {
			throw new MalformedDataException("passwordHash",
					"must be an encoded hash: bcrypt, argon2 or scrypt, with or without "
							+ "Spring Security's {id}, or PBKDF2 with it");
		}
	}

	/**
	 * Returns a text that is safe to log: it does not have the hash.
	 */
	@Override
	public String toString() {
		return "PasswordHash[hidden]";
	}

}
