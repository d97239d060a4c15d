package dev.tidemark.worker.user;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.ChangePassword;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.UserSnapshot;

import static org.assertj.core.api.Assertions.assertThat;

class UserMapperTests {

	private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

	private static final PasswordHash FIRST = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final PasswordHash SECOND = new PasswordHash(
			"$2b$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private final UserMapper mapper = new UserMapperImpl();

	@Test
	void createsWithTheHashAndShowsNone() {
		User user = this.mapper.create(new RegisterUser("amara", FIRST));
		user.commanded(AT);
		assertThat(user.getPasswordHash()).isEqualTo(FIRST.encoded());
		assertThat(this.mapper.toSnapshot(user)).isEqualTo(new UserSnapshot("amara", AT, AT, 1));
	}

	@Test
	void replacesTheHash() {
		User user = this.mapper.create(new RegisterUser("amara", FIRST));
		this.mapper.apply(new ChangePassword("amara", SECOND), user);
		assertThat(user.getPasswordHash()).isEqualTo(SECOND.encoded());
	}

}
