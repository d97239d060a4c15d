package dev.tidemark.contracts.user;

import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.MalformedDataException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * What is taken for a hash, beyond the examples.
 */
class PasswordHashTests {

	private static final String BCRYPT = "$2b$10$" + "A".repeat(53);

	@Test
	void hashIsHiddenFromLogs() {
		PasswordHash hash = new PasswordHash(BCRYPT);
		assertThat(hash.encoded()).isEqualTo(BCRYPT);
		assertThat(hash).asString().doesNotContain("AAA");
		assertThat(new UserCommand.RegisterUser("ada", hash)).asString().contains("ada").doesNotContain("AAA");
		assertThat(new UserCommand.ChangePassword("ada", hash)).asString().contains("ada").doesNotContain("AAA");
	}

	@Test
	void refusalSaysNothingOfThePassword() {
		assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> new PasswordHash("hunter2"))
			.withMessageStartingWith("passwordHash: must be an encoded hash")
			.withMessageNotContaining("hunter2")
			.satisfies((ex) -> assertThat(ex.field()).isEqualTo("passwordHash"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "$2$04$", "$2a$04$", "$2b$31$", "$2x$12$", "$2y$12$", "{bcrypt}$2a$10$" })
	void bcryptOfEveryVersionAndCostIsAHash(String start) {
		assertThatNoException().isThrownBy(() -> new PasswordHash(start + "./AZaz09".repeat(7).substring(0, 53)));
	}

	@Test
	void longestHashIsWithinTheLimit() {
		String longest = "{scrypt@SpringSecurity_v5_8}$scrypt$ln=63,r=4294967295,p=4294967295$" + "A".repeat(172)
				+ "==$" + "A".repeat(344) + "==";
		assertThatNoException().isThrownBy(() -> new PasswordHash(longest));
		assertThat(longest).hasSizeLessThan(PasswordHash.LONGEST);
	}

	static Stream<String> almostHashes() {
		return Stream
			.of("{bcrypt}", "{argon2}", "{scrypt}", "{pbkdf2}", "$2b$10$", "$argon2id$v=19$m=1,t=1,p=1$", "$7$",
					"$e0801$", "$scrypt$ln=16,r=8,p=1$")
			.flatMap((start) -> Stream.of("A", "=", "$", "{bcrypt}", "$A", "A$A=", "/+").map((rest) -> {
				String text = start + rest.repeat(1_024 / rest.length());
				return text.substring(0, PasswordHash.LONGEST - 1) + "!";
			}));
	}

	@ParameterizedTest
	@MethodSource("almostHashes")
	void whatIsAlmostAHashIsRefusedAtOnce(String text) {
		assertTimeoutPreemptively(Duration.ofSeconds(1),
				() -> assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> new PasswordHash(text)));
	}

}
