package dev.tidemark.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.SecureStack;
import dev.tidemark.worker.stack.SecureStack.ServerCertificate;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The worker and its tools with a broker and a database that want TLS and a password,
 * configured by environment and mounted files only: all as it should be, and what is said
 * and done when it is not.
 * <p>
 * Worker processes and servers of their own, since certificates and logins are refused by
 * real ones only.
 */
@Order(2)
class SecureConnectionsTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final String DATABASE_PASSWORD = "database=sentinel";

	private static final String BROKER_PASSWORD = "broker=sentinel";

	private static final SecureStack secure = SecureStack.start();

	private final Tenant tenant = secure.stack().newTenant().withTopics(1);

	@TempDir
	private Path mounted;

	@AfterEach
	void mend() {
		secure.databaseShows(ServerCertificate.GOOD);
	}

	@AfterAll
	static void stop() {
		secure.close();
	}

	@Test
	void commandsAreAppliedEndToEnd() throws IOException {
		Map<String, String> environment = environment();
		assertThat(WorkerProcess.run(environment, "migrate", "upgrade")).satisfies((migration) -> {
			assertThat(migration.errors()).isEmpty();
			assertThat(migration.exitCode()).isZero();
		});
		UUID id = UUID.randomUUID();
		try (WorkerProcess worker = WorkerProcess.start(environment).awaitReady();
				Client client = new Client(this.tenant)) {
			client.awaitConsumed(client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
			client.awaitConsumed(
					client.send(id, new CreateTask(UUID.randomUUID(), "Title", "amara", null, TaskStatus.PENDING)));
			assertThat(client.newEvents()).extracting((event) -> Client.header(event, "ce_type"))
				.containsExactlyInAnyOrder("dev.tidemark.user.snapshot.v1", "dev.tidemark.task.snapshot.v1");
			assertThat(worker.output()).doesNotContain("WARN").doesNotContain("ERROR").doesNotContain("sentinel");
			say("all as it should be", worker.output());
		}
		WorkerProcess.Completed status = WorkerProcess.run(environment, "command", id.toString());
		assertThat(status.errors()).isEmpty();
		assertThat(status.output()).contains("applied");
	}

	@ParameterizedTest
	@EnumSource
	void aDatabaseThatCannotBeUsedIsAClearLineOfTheTools(Trouble trouble) throws IOException {
		Map<String, String> environment = environment();
		trouble.withDatabase(this);
		Stream.of(List.of("migrate", "upgrade"), List.of("command", UUID.randomUUID().toString()))
			.parallel()
			.forEach((command) -> {
				WorkerProcess.Completed end = WorkerProcess.run(environment, command.toArray(String[]::new));
				say(trouble + ", PostgreSQL, " + command.getFirst(), end.errors());
				assertThat(end.exitCode()).isEqualTo(1);
				assertThat(end.output()).isEmpty();
				assertThat(end.errors().lines()).singleElement()
					.asString()
					.contains("PostgreSQL at localhost:" + this.tenant.database().port() + "/"
							+ this.tenant.database().name() + ": ", trouble.ofDatabase)
					.doesNotContain("sentinel");
			});
	}

	@ParameterizedTest
	@EnumSource
	void aDatabaseThatCannotBeUsedIsWaitedFor(Trouble trouble) throws IOException {
		Map<String, String> environment = environment();
		secure.migrate(this.tenant);
		trouble.withDatabase(this);
		waitsAndGoesOn(environment, trouble,
				"PostgreSQL at localhost:" + this.tenant.database().port() + "/" + this.tenant.database().name() + ": ",
				trouble.ofDatabase, () -> trouble.mendDatabase(this));
	}

	@ParameterizedTest
	@EnumSource
	void aBrokerThatCannotBeUsedIsWaitedFor(Trouble trouble) throws IOException {
		Map<String, String> environment = environment();
		secure.migrate(this.tenant);
		environment.put("KAFKA_BOOTSTRAP_SERVERS", trouble.withBroker(this));
		waitsAndGoesOn(environment, trouble, "Kafka at " + environment.get("KAFKA_BOOTSTRAP_SERVERS") + ": ",
				trouble.ofBroker, () -> trouble.mendBroker(this));
	}

	@Test
	void aPasswordThatTheBrokerTakesNoMoreIsWaitedFor() throws IOException {
		Map<String, String> environment = environment();
		secure.migrate(this.tenant);
		try (WorkerProcess worker = WorkerProcess.start(environment).awaitReady();
				Client client = new Client(this.tenant)) {
			secure.setBrokerPassword(this.tenant.groupId(), "another one");
			secure.stack().stopBroker();
			secure.stack().startBroker();
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> worker.output().contains("sasl.jaas.config"));
			assertThat(worker.isReady()).isFalse();
			assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
			secure.setBrokerPassword(this.tenant.groupId(), BROKER_PASSWORD);
			client.awaitConsumed(client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(worker::isReady);
			say("the password changes, Kafka, running worker", worker.output());
			assertThat(worker.output().lines()).noneMatch((line) -> line.startsWith("\tat ")).hasSizeLessThan(12);
			assertThat(worker.output()).doesNotContain("sentinel");
		}
	}

	private void waitsAndGoesOn(Map<String, String> environment, Trouble trouble, String where, String why,
			Runnable mend) throws IOException {
		try (WorkerProcess worker = WorkerProcess.start(environment)) {
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> worker.output().contains(why));
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.ignoreExceptionsInstanceOf(IOException.class)
				.until(() -> worker.get("/actuator/health/liveness").statusCode() == 200);
			assertThat(worker.isReady()).isFalse();
			assertThat(worker.output().lines()).singleElement()
				.asString()
				.contains("The start waits, and tries again until all is well: " + where, why);
			mend.run();
			worker.awaitReady();
			say(trouble + ", " + where.substring(0, where.indexOf(' ')) + ", worker", worker.output());
			assertThat(worker.output()).contains("The start goes on").doesNotContain("sentinel");
		}
	}

	private static void say(String what, String said) {
		System.out.printf("%s:%n%s", what, said.indent(4));
	}

	/** As an operator has it: passwords and certificates in files, the rest not. */
	private Map<String, String> environment() {
		secure.setDatabasePassword(this.tenant.database().user(), DATABASE_PASSWORD);
		secure.setBrokerPassword(this.tenant.groupId(), BROKER_PASSWORD);
		writeSecret("DB_PASS", DATABASE_PASSWORD + "\n");
		writeSecret("KAFKA_PASSWORD", BROKER_PASSWORD + "\n");
		secure.writeAuthority(databaseAuthority());
		secure.writeAuthority(brokerAuthority());
		Map<String, String> environment = new HashMap<>(this.tenant.environment());
		environment.remove("DB_PASS");
		environment.put("TIDEMARK_SECRETS", this.mounted.resolve("secrets").toString());
		environment.put("SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_SSLMODE", "verify-full");
		environment.put("SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_SSLROOTCERT", databaseAuthority().toString());
		environment.put("KAFKA_BOOTSTRAP_SERVERS", secure.bootstrapServers(ServerCertificate.GOOD));
		environment.put("SPRING_KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
		environment.put("SPRING_KAFKA_PROPERTIES_SASL_MECHANISM", "SCRAM-SHA-512");
		environment.put("SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG",
				"org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + this.tenant.groupId()
						+ "\" password=\"${KAFKA_PASSWORD}\";");
		environment.put("SPRING_KAFKA_PROPERTIES_SSL_TRUSTSTORE_TYPE", "PEM");
		environment.put("SPRING_KAFKA_PROPERTIES_SSL_TRUSTSTORE_LOCATION", brokerAuthority().toString());
		return environment;
	}

	private Path databaseAuthority() {
		return this.mounted.resolve("database-ca.pem");
	}

	private Path brokerAuthority() {
		return this.mounted.resolve("broker-ca.pem");
	}

	private void writeSecret(String file, String content) {
		try {
			Files.writeString(Files.createDirectories(this.mounted.resolve("secrets")).resolve(file), content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	enum Trouble {

		WRONG_PASSWORD("password authentication failed for user",
				"check the user's name and password in sasl.jaas.config"),

		EXPIRED_CERTIFICATE("the server's certificate has expired (NotAfter: ",
				"the server's certificate has expired (NotAfter: "),

		ANOTHER_HOSTS_CERTIFICATE("The server's certificate is another host's",
				"No subject alternative DNS name matching localhost found"),

		UNKNOWN_AUTHORITY("signed by nobody whom sslrootcert trusts", "signed by nobody whom ssl.truststore trusts");

		private final String ofDatabase;

		private final String ofBroker;

		Trouble(String ofDatabase, String ofBroker) {
			this.ofDatabase = ofDatabase;
			this.ofBroker = ofBroker;
		}

		void withDatabase(SecureConnectionsTests test) {
			switch (this) {
				case WRONG_PASSWORD -> secure.setDatabasePassword(test.tenant.database().user(), "another one");
				case EXPIRED_CERTIFICATE -> secure.databaseShows(ServerCertificate.EXPIRED);
				case ANOTHER_HOSTS_CERTIFICATE -> secure.databaseShows(ServerCertificate.OF_ANOTHER_HOST);
				case UNKNOWN_AUTHORITY -> secure.writeOtherAuthority(test.databaseAuthority());
			}
		}

		void mendDatabase(SecureConnectionsTests test) {
			switch (this) {
				case WRONG_PASSWORD -> secure.setDatabasePassword(test.tenant.database().user(), DATABASE_PASSWORD);
				case EXPIRED_CERTIFICATE, ANOTHER_HOSTS_CERTIFICATE -> secure.databaseShows(ServerCertificate.GOOD);
				case UNKNOWN_AUTHORITY -> secure.writeAuthority(test.databaseAuthority());
			}
		}

		String withBroker(SecureConnectionsTests test) {
			return switch (this) {
				case WRONG_PASSWORD -> {
					secure.setBrokerPassword(test.tenant.groupId(), "another one");
					yield secure.bootstrapServers(ServerCertificate.GOOD);
				}
				case EXPIRED_CERTIFICATE -> secure.bootstrapServers(ServerCertificate.EXPIRED);
				case ANOTHER_HOSTS_CERTIFICATE -> secure.bootstrapServers(ServerCertificate.OF_ANOTHER_HOST);
				case UNKNOWN_AUTHORITY -> {
					secure.writeOtherAuthority(test.brokerAuthority());
					yield secure.bootstrapServers(ServerCertificate.GOOD);
				}
			};
		}

		void mendBroker(SecureConnectionsTests test) {
			switch (this) {
				case WRONG_PASSWORD -> secure.setBrokerPassword(test.tenant.groupId(), BROKER_PASSWORD);
				case EXPIRED_CERTIFICATE -> secure.mendBroker(ServerCertificate.EXPIRED);
				case ANOTHER_HOSTS_CERTIFICATE -> secure.mendBroker(ServerCertificate.OF_ANOTHER_HOST);
				case UNKNOWN_AUTHORITY -> secure.writeAuthority(test.brokerAuthority());
			}
		}

	}

}
