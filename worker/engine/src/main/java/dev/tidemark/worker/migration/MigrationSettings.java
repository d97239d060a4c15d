package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;

import dev.tidemark.worker.settings.WorkerEnvironment;
import dev.tidemark.worker.settings.WorkerEnvironment.Use;

/**
 * Where the schema is and who owns it: the worker's own configuration, read in the way in
 * which the worker reads it, without starting it.
 *
 * @param environment where the database is; the connection must be direct, or through a
 * pooler that keeps sessions apart
 * @param username the role that owns the schema
 * @param password its password
 * @param workerRole the role of the worker, which is granted what it needs; the owner if
 * there is no other
 * @param lockTimeout how long to wait for another migration
 * @param patience how to wait for locks
 * @param batching how to work through large tables
 * @param scratchUrl where an empty database is to try migrations in; null if one may be
 * made
 */
record MigrationSettings(WorkerEnvironment environment, String username, String password, String workerRole,
		Duration lockTimeout, Patience patience, Batching batching, @Nullable String scratchUrl) {

	private static final Duration LOCK_TIMEOUT = Duration.ofMinutes(10);

	/**
	 * Reads the configuration.
	 * @param properties properties of the command line, each {@code --name=value}
	 */
	static MigrationSettings read(List<String> properties) {
		WorkerEnvironment worker = WorkerEnvironment.read(properties, Use.DATABASE, Use.SCHEMA);
		ConfigurableEnvironment environment = worker.environment();
		String workerRole = environment.getRequiredProperty("spring.datasource.username");
		String scratchUrl = Binder.get(environment).bind("tidemark.migration.scratch-url", String.class).orElse("");
		return new MigrationSettings(worker, either(environment.getProperty("DB_MIGRATION_USER", ""), workerRole),
				either(environment.getProperty("DB_MIGRATION_PASS", ""),
						environment.getProperty("spring.datasource.password", "")),
				workerRole, duration(environment, "lock-timeout", LOCK_TIMEOUT),
				new Patience(duration(environment, "queue-for", Patience.DEFAULT.queueFor()),
						duration(environment, "retry-for", Patience.DEFAULT.retryFor())),
				new Batching(
						Binder.get(environment)
							.bind("tidemark.migration.batch-rows", Integer.class)
							.orElse(Batching.DEFAULT.rows()),
						duration(environment, "batch-pause", Batching.DEFAULT.pause())),
				StringUtils.hasText(scratchUrl) ? scratchUrl : null);
	}

	private static Duration duration(ConfigurableEnvironment environment, String name, Duration otherwise) {
		return Binder.get(environment).bind("tidemark.migration." + name, Duration.class).orElse(otherwise);
	}

	private static String either(String value, String otherwise) {
		return StringUtils.hasText(value) ? value : otherwise;
	}

	/**
	 * Connects as the owner.
	 */
	Connection connect() throws SQLException {
		PGSimpleDataSource dataSource = this.environment.dataSource(this.username, this.password);
		dataSource.setApplicationName("tidemark-migrate");
		// The worker gives up on a silent server soon; a migration may take its time.
		dataSource.setSocketTimeout(0);
		return this.environment.connect(dataSource);
	}

	/**
	 * Connects as the owner, to see who is in the way of the other session.
	 */
	Connection connectToWatch() throws SQLException {
		PGSimpleDataSource dataSource = this.environment.dataSource(this.username, this.password);
		dataSource.setApplicationName("tidemark-migrate-watch");
		return dataSource.getConnection();
	}

	/**
	 * Connects as the owner, to another database.
	 * @param database its name, on the same server; or its address
	 */
	Connection connectTo(String database) throws SQLException {
		PGSimpleDataSource dataSource = this.environment.dataSource(this.username, this.password);
		if (database.startsWith("jdbc:")) {
			dataSource.setUrl(database);
		}
		else {
			dataSource.setDatabaseName(database);
		}
		dataSource.setUser(this.username);
		dataSource.setPassword(this.password);
		dataSource.setApplicationName("tidemark-migrate-lint");
		dataSource.setSocketTimeout(0);
		return dataSource.getConnection();
	}

}
