package dev.tidemark.worker.settings;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.support.SpringApplicationJsonEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.boot.env.DefaultPropertiesPropertySource;

import dev.tidemark.worker.settings.Setting.Part;

/**
 * The worker's own configuration, read in the way in which the worker reads it, without
 * starting it.
 */
public final class WorkerEnvironment {

	/**
	 * Where settings come from beside the environment: the engine's own file, and what
	 * the application has in its {@code application.yml}.
	 */
	public static final Map<String, Object> DEFAULTS = Map.of("spring.config.name", "tidemark,application");

	private final ConfigurableEnvironment environment;

	private WorkerEnvironment(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	/**
	 * Reads the configuration, and makes sure that it is good as far as it is used.
	 * @param properties properties of the command line, each {@code --name=value}
	 * @param uses what the configuration is read for
	 * @return the configuration
	 * @throws WrongSettingsException if settings that are used are not what they may be
	 */
	public static WorkerEnvironment read(List<String> properties, Use... uses) {
		WorkerEnvironment worker = load(properties);
		EnumSet<Part> parts = EnumSet.noneOf(Part.class);
		for (Use use : uses) {
			parts.add(use.part);
		}
		SettingsCheck.check(worker.environment, parts);
		return worker;
	}

	private static WorkerEnvironment load(List<String> properties) {
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new SimpleCommandLinePropertySource(properties.toArray(String[]::new)));
		environment.getPropertySources().addLast(new DefaultPropertiesPropertySource(DEFAULTS));
		new SpringApplicationJsonEnvironmentPostProcessor().postProcessEnvironment(environment,
				new SpringApplication());
		SecretFiles.requireDirectory(environment);
		ConfigDataEnvironmentPostProcessor.applyTo(environment);
		SecretFiles.readLikeVariables(environment);
		return new WorkerEnvironment(environment);
	}

	/**
	 * Returns the configured properties.
	 * @return Spring's view of them
	 */
	public ConfigurableEnvironment environment() {
		return this.environment;
	}

	/**
	 * Returns where the worker's database is.
	 * @return the JDBC URL
	 */
	public String url() {
		return this.environment.getRequiredProperty("spring.datasource.url");
	}

	/**
	 * Connects as the worker does.
	 * @return a connection, to be closed
	 * @throws SQLException if the database does not answer, or refuses
	 */
	public Connection connect() throws SQLException {
		return connect(dataSource(this.environment.getRequiredProperty("spring.datasource.username"),
				this.environment.getProperty("spring.datasource.password", "")));
	}

	/**
	 * Connects to the worker's database.
	 * @param dataSource as whom, and how
	 * @return a connection, to be closed
	 * @throws NoConnectionException if the database does not answer, or refuses
	 */
	public Connection connect(PGSimpleDataSource dataSource) throws NoConnectionException {
		try {
			return dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw new NoConnectionException(new ConnectionFailures(this.environment).explain(ex), ex);
		}
	}

	/**
	 * Tells where the worker's database is, with all that the worker sets of pgjdbc, such
	 * as certificates.
	 * @param username the role to connect as
	 * @param password its password
	 * @return a source of connections, not pooled
	 * @throws SQLException if pgjdbc is set to what it does not know
	 */
	public PGSimpleDataSource dataSource(String username, String password) throws SQLException {
		SessionTimeZone.pin();
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(url());
		// What is in the address itself goes before, as it does in the worker's pool.
		List<String> ofAddress = DriverProperties.ofAddress(url());
		for (Map.Entry<String, String> property : DriverProperties.of(this.environment).values().entrySet()) {
			if (!ofAddress.contains(property.getKey())) {
				dataSource.setProperty(property.getKey(), property.getValue());
			}
		}
		dataSource.setUser(username);
		dataSource.setPassword(password);
		return dataSource;
	}

	/**
	 * What a tool reads the worker's configuration for.
	 */
	public enum Use {

		/** To connect to the database. */
		DATABASE(Part.DATABASE),

		/** To change the schema of the database. */
		SCHEMA(Part.MIGRATION),

		/** To use the broker and the topics. */
		KAFKA(Part.KAFKA);

		private final Part part;

		Use(Part part) {
			this.part = part;
		}

	}

}
