package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.awaitility.Awaitility;

import dev.tidemark.worker.migration.Migrations;

/**
 * A stack whose servers take workers in over TLS and with a password only: PostgreSQL
 * with {@code hostssl} and SCRAM-SHA-256, Kafka with SASL_SSL and SCRAM-SHA-512. The
 * tests' own clients, and PostgreSQL's administrator, come in by another door.
 * <p>
 * These servers are processes wherever the other stacks' are: what they need of files
 * would be no better tested in containers.
 */
public final class SecureStack implements AutoCloseable {

	/**
	 * What a server shows.
	 */
	public enum ServerCertificate {

		/** As it should be. */
		GOOD,

		/** Its time is over. */
		EXPIRED,

		/** It is another host's. */
		OF_ANOTHER_HOST

	}

	private final Path directory;

	private final Map<ServerCertificate, Integer> brokerPorts = new EnumMap<>(ServerCertificate.class);

	private final Stack stack;

	private SecureStack(Path directory) throws IOException {
		this.directory = directory;
		CertificateAuthority authority = new CertificateAuthority("Tidemark's tests");
		write("ca.pem", authority.certificate());
		write("other-ca.pem", new CertificateAuthority("Somebody else").certificate());
		Map<String, SecurityProtocol> listeners = new LinkedHashMap<>();
		Map<String, String> settings = new HashMap<>();
		settings.put("sasl.enabled.mechanisms", ScramMechanism.SCRAM_SHA_512.mechanismName());
		// So that a certificate of another host can be replaced while the broker runs.
		settings.put("ssl.allow.dn.changes", "true");
		settings.put("ssl.allow.san.changes", "true");
		for (ServerCertificate certificate : ServerCertificate.values()) {
			CertificateAuthority.Identity identity = switch (certificate) {
				case GOOD -> authority.issue("localhost");
				case EXPIRED -> authority.issueExpired("localhost");
				case OF_ANOTHER_HOST -> authority.issue("db.example.com");
			};
			write(certificate + ".key", identity.key());
			write(certificate + ".crt", identity.certificate());
			// Kafka wants both in one.
			write(certificate + ".pem", identity.key() + identity.certificate());
			int port = Ports.free();
			this.brokerPorts.put(certificate, port);
			listeners.put(certificate + "://localhost:" + port, SecurityProtocol.SASL_SSL);
			String prefix = listenerPrefix(certificate);
			settings.put(prefix + "ssl.keystore.type", "PEM");
			settings.put(prefix + "ssl.keystore.location", path(certificate + ".pem"));
			settings.put(prefix + "scram-sha-512.sasl.jaas.config",
					"org.apache.kafka.common.security.scram.ScramLoginModule required;");
		}
		this.stack = Stack.start((directoryOfBroker) -> new BrokerProcess(directoryOfBroker, listeners, settings));
	}

	/**
	 * Starts the servers, and makes the certificates.
	 * @return the running stack
	 */
	public static SecureStack start() {
		try {
			SecureStack secure = new SecureStack(Files.createTempDirectory("tidemark-secure-"));
			secure.closeDatabase();
			return secure;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Nobody but the administrator gets in without TLS and a password any more. */
	private void closeDatabase() throws IOException {
		Files.writeString(Path.of(asAdministrator("show hba_file")), """
				host    all postgres localhost trust
				hostssl all all      localhost scram-sha-256
				""");
		asAdministrator("alter system set ssl = on");
		databaseShows(ServerCertificate.GOOD);
	}

	/**
	 * Returns the servers, for who needs no certificate.
	 * @return the stack
	 */
	public Stack stack() {
		return this.stack;
	}

	/**
	 * Writes the certificate of the authority that has signed the servers'.
	 * @param file the file, which is replaced if it is there
	 */
	public void writeAuthority(Path file) {
		copy("ca.pem", file);
	}

	/**
	 * Writes the certificate of an authority that has signed nothing here.
	 * @param file the file, which is replaced if it is there
	 */
	public void writeOtherAuthority(Path file) {
		copy("other-ca.pem", file);
	}

	private void copy(String name, Path file) {
		try {
			Files.copy(this.directory.resolve(name), file, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns where workers find the broker.
	 * @param certificate what it shows there
	 * @return host and port
	 */
	public String bootstrapServers(ServerCertificate certificate) {
		return "localhost:" + this.brokerPorts.get(certificate);
	}

	/**
	 * Makes the schema, without a worker.
	 * @param tenant whose database
	 */
	public void migrate(Tenant tenant) {
		DatabaseAddress server = this.stack.database();
		DatabaseAddress database = new DatabaseAddress(server.host(), server.port(), tenant.database().name(),
				server.user(), server.password());
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			statement.execute("set role " + tenant.database().user());
			Migrations.upgrade(connection);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Gives the broker a user, or the user another password.
	 * @param user the user
	 * @param password the password
	 */
	public void setBrokerPassword(String user, String password) {
		try (Admin admin = admin()) {
			get(admin
				.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user,
						new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password)))
				.all());
		}
	}

	/**
	 * Has the broker show a good certificate where it showed another.
	 * @param certificate the other one
	 */
	public void mendBroker(ServerCertificate certificate) {
		try (Admin admin = admin()) {
			get(admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, "1"),
					List.of(new AlterConfigOp(new ConfigEntry(listenerPrefix(certificate) + "ssl.keystore.location",
							path(ServerCertificate.GOOD + ".pem")), AlterConfigOp.OpType.SET))))
				.all());
		}
	}

	/**
	 * Changes the certificate that the database shows to whoever comes from now on.
	 * @param certificate the certificate
	 */
	public void databaseShows(ServerCertificate certificate) {
		asAdministrator("alter system set ssl_cert_file = '" + path(certificate + ".crt") + "'");
		asAdministrator("alter system set ssl_key_file = '" + path(certificate + ".key") + "'");
		String before = asAdministrator("select clock_timestamp()");
		asAdministrator("select pg_reload_conf()");
		Awaitility.await()
			.until(() -> asAdministrator("select pg_conf_load_time() > '" + before + "'::timestamptz").equals("t"));
	}

	/**
	 * Gives a role of the database another password.
	 * @param role the role
	 * @param password the password
	 */
	public void setDatabasePassword(String role, String password) {
		asAdministrator("alter role " + role + " password '" + password + "'");
	}

	/** Runs a statement, and returns what it says. */
	private String asAdministrator(String sql) {
		try (Connection connection = this.stack.database().connect();
				Statement statement = connection.createStatement()) {
			if (!statement.execute(sql)) {
				return "";
			}
			try (ResultSet result = statement.getResultSet()) {
				result.next();
				return Objects.requireNonNullElse(result.getString(1), "");
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Admin admin() {
		return Admin.create(Map.of("bootstrap.servers", this.stack.bootstrapServers()));
	}

	private static void get(KafkaFuture<?> future) {
		try {
			future.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

	private static String listenerPrefix(ServerCertificate certificate) {
		return "listener.name." + certificate.name().toLowerCase(Locale.ROOT) + ".";
	}

	private String path(String file) {
		return this.directory.resolve(file).toString();
	}

	/** Keys must be nobody else's to read, or PostgreSQL does not take them. */
	private void write(String file, String content) throws IOException {
		Files.writeString(this.directory.resolve(file), content);
		Files.setPosixFilePermissions(this.directory.resolve(file), PosixFilePermissions.fromString("rw-------"));
	}

	@Override
	public void close() {
		this.stack.close();
	}

}
