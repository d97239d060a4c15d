package dev.tidemark.worker;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Deployment;

/**
 * Consumers do not wait for one another.
 * <p>
 * A worker process, since its consumers have to wait at locks of a real database.
 */
class ConcurrencyTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final int CONSUMERS = 12;

	@Test
	void everyConsumerHasAConnectionHoweverManyThereAre() throws SQLException {
		try (Deployment deployment = Deployment.prepare(CONSUMERS)) {
			deployment.start(Map.of("TIDEMARK_CONCURRENCY", Integer.toString(CONSUMERS))).awaitReady();
			try (Connection other = deployment.tenant().database().connect();
					Statement statement = other.createStatement()) {
				other.setAutoCommit(false);
				statement.execute("lock table users in access exclusive mode");
				// So many that no partition goes without.
				for (int i = 0; i < 300; i++) {
					deployment.client().send(UUID.randomUUID(), new RegisterUser("user-" + i, HASH));
				}
				Awaitility.await().until(() -> deployment.query("""
						select count(*) from pg_stat_activity
						where datname = current_database() and wait_event_type = 'Lock'
						and application_name = 'tidemark'
						""").equals(List.of(Integer.toString(CONSUMERS))));
				other.rollback();
			}
			Awaitility.await().until(() -> deployment.query("select count(*) from users").equals(List.of("300")));
		}
	}

}
