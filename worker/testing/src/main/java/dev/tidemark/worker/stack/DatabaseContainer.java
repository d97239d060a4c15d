package dev.tidemark.worker.stack;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A PostgreSQL server in a container.
 */
final class DatabaseContainer implements Database {

	private static final String IMAGE = "postgres:18-alpine";

	private final int port = Ports.free();

	private final PostgreSQLContainer container = new PostgreSQLContainer(IMAGE).withDatabaseName("postgres")
		.withUsername("postgres")
		.withPassword("postgres")
		// Testcontainers' own command switches fsync off.
		.withCommand("postgres", "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "max_connections=100");

	DatabaseContainer() {
		// A port of the engine's choice would be another one after each start.
		this.container.setPortBindings(List.of(this.port + ":" + PostgreSQLContainer.POSTGRESQL_PORT));
	}

	@Override
	public DatabaseAddress address() {
		return new DatabaseAddress(this.container.getHost(), this.port, "postgres", "postgres", "postgres");
	}

	@Override
	public void start() {
		if (this.container.getContainerId() == null) {
			this.container.start();
			return;
		}
		this.container.getDockerClient().startContainerCmd(this.container.getContainerId()).exec();
		Awaitility.await("database in a container")
			.atMost(Duration.ofSeconds(60))
			.ignoreExceptionsInstanceOf(SQLException.class)
			.until(() -> {
				try (Connection connection = address().connect()) {
					return connection.isValid(1);
				}
			});
	}

	@Override
	public void stopImmediately() {
		this.container.getDockerClient().killContainerCmd(this.container.getContainerId()).withSignal("QUIT").exec();
		Awaitility.await("database stopped").atMost(Duration.ofSeconds(30)).until(() -> !this.container.isRunning());
	}

	@Override
	public void close() {
		this.container.stop();
	}

}
