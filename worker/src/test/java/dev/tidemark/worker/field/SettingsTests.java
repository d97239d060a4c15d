package dev.tidemark.worker.field;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.record.SimpleRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Ports;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.WorkerProcess;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What was configured: a setting that no waiting mends ends the worker, and a tool, with
 * one line; what is documented works.
 * <p>
 * Processes, since it is their environment and their end that count.
 */
class SettingsTests {

	private static final String SECRET = "correct-horse";

	private static final Deployment deployment = Deployment.prepare(2);

	private static final Runs runs = new Runs();

	private static ServerSocket taken;

	@BeforeAll
	static void start() throws IOException {
		taken = new ServerSocket(0);
		mistakes().forEach((mistake) -> runs.add(mistake.toString(), () -> run(mistake)));
		for (String encoding : List.of("LATIN1", "SQL_ASCII")) {
			Tenant tenant = Stack.shared().newTenant(encoding);
			runs.add("migrate " + encoding, () -> WorkerProcess.run(tenant.environment(), "migrate", "upgrade"));
			Map<String, String> environment = withPort(tenant.environment());
			runs.add("consume " + encoding, () -> WorkerProcess.run(environment));
		}
	}

	@AfterAll
	static void stop() throws IOException {
		runs.close();
		deployment.close();
		taken.close();
	}

	static Stream<Mistake> mistakes() {
		return Stream.of(consuming("TIDEMARK_DEFER_FOR", "banana"), consuming("TIDEMARK_CONCURRENCY", "0"),
				consuming("TIDEMARK_GUARD_MAX_RATIO", "2"), consuming("TIDEMARK_TOPICS_PARTITIONS", "-1"),
				consuming("TIDEMARK_TRACES", "perhaps"), consuming("DB_PORT", "none"), consuming("DB_PORT", "70000"),
				consuming("KAFKA_BOOTSTRAP_SERVERS", "nowhere"), consuming("MANAGEMENT_PORT", "none"),
				consuming("MANAGEMENT_PORT", String.valueOf(taken.getLocalPort())),
				consuming("SPRING_KAFKA_SECURITY_PROTOCOL", "SASL_SLL"),
				consuming("SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_PREPARETRESHOLD", "0"),
				of("DB_PORT", "none", "migrate", "current"), of("DB_PORT", "none", "verify", "users"),
				of("SPRING_KAFKA_SECURITY_PROTOCOL", "SASL_SLL", "dead-letters", "list"),
				of("SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_PREPARETRESHOLD", "0", "verify", "users"));
	}

	private static Mistake consuming(String variable, String value) {
		return new Mistake(variable, value, List.of());
	}

	private static Mistake of(String variable, String value, String... command) {
		return new Mistake(variable, value, List.of(command));
	}

	private static Completed run(Mistake mistake) {
		Map<String, String> environment = withPort(deployment.tenant().environment());
		environment.put(mistake.variable(), mistake.value());
		return WorkerProcess.run(environment, mistake.command().toArray(String[]::new));
	}

	private static Map<String, String> withPort(Map<String, String> environment) {
		Map<String, String> complete = new HashMap<>(environment);
		complete.put("MANAGEMENT_PORT", String.valueOf(Ports.free()));
		return complete;
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void aSettingThatIsWrongIsOneLineThatNamesIt(Mistake mistake) {
		Completed end = runs.of(mistake.toString());
		System.out.print(end.errors());
		assertThat(end.errors().lines()).describedAs("%s", end)
			.singleElement()
			.asString()
			.startsWith(mistake.command().isEmpty() ? "tidemark: " : mistake.command().getFirst() + ": ")
			.contains(mistake.variable().endsWith("PREPARETRESHOLD")
					? mistake.variable() + " is no property of the driver"
					: "%s is '%s': ".formatted(mistake.variable(), mistake.value()));
		assertThat(end.output()).isBlank();
		assertThat(end.exitCode()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.example.LoginModule required password=\"" + SECRET + "\";",
			"org.apache.kafka.common.security.plain.PlainLoginModule required password=\"" + SECRET })
	void aLoginThatCannotBeMadeEndsTheWorkerAndIsNotShown(String jaas) {
		Map<String, String> environment = withPort(deployment.tenant().environment());
		environment.put("SPRING_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT");
		environment.put("SPRING_KAFKA_PROPERTIES_SASL_MECHANISM", "PLAIN");
		environment.put("SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG", jaas);
		Completed end = WorkerProcess.run(environment);
		System.out.print(end.errors());
		assertThat(end.errors().lines()).describedAs("%s", end)
			.singleElement()
			.asString()
			.startsWith("tidemark: ")
			.containsIgnoringCase("jaas");
		assertThat(end.output()).isBlank();
		assertThat(end.output() + end.errors()).doesNotContain(SECRET);
		assertThat(end.exitCode()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "LATIN1", "SQL_ASCII" })
	void aDatabaseThatCannotHoldEveryTextIsRefused(String encoding) {
		for (String command : List.of("migrate ", "consume ")) {
			Completed end = runs.of(command + encoding);
			assertThat(end.errors().lines()).describedAs("%s", end)
				.singleElement()
				.asString()
				.contains(encoding, "UTF8");
			assertThat(end.exitCode()).isEqualTo(1);
		}
	}

	/**
	 * A worker of its own, set as documents advise: for PgBouncer, on a machine that is
	 * not in UTC, and to make topics as they should be.
	 */
	@Test
	void whatIsDocumentedWorksInWorkerAndTool() {
		Map<String, String> settings = Map.of("SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_PREPARETHRESHOLD", "0",
				"_JAVA_OPTIONS", "-Duser.timezone=SystemV/EST5EDT", "TIDEMARK_TOPICS_CREATE", "true");
		Client client = deployment.client();
		String tasks = deployment.tenant().topics().commands(Tasks.TYPE);
		try (Topics topics = new Topics(deployment.tenant().bootstrapServers())) {
			topics.set(tasks, "compression.type", "producer");
			WorkerProcess worker = deployment.start(settings).awaitReady();
			// Tells, from within the worker's sessions, how they are set.
			deployment.execute("create table sessions (zone text, prepared int)");
			deployment.execute("""
					create function look() returns trigger language plpgsql as $$
					begin
					  insert into sessions
					    select current_setting('timezone'), (select count(*) from pg_prepared_statements);
					  return new;
					end $$""");
			deployment.execute("create trigger look before insert on tasks for each row execute function look()");
			client.awaitConsumed(client.send(UUID.randomUUID(), Commands.register("amara")));
			for (int i = 0; i < 12; i++) {
				client.awaitConsumed(client.send(UUID.randomUUID(), Commands.create(UUID.randomUUID(), "✓ 😀")));
			}
			assertThat(deployment.query("select distinct zone, prepared from sessions")).containsExactly("UTC|0");
			assertThat(topics.get(tasks, "compression.type")).isEqualTo("uncompressed");
			assertThat(worker.output()).doesNotContain("WARN");
			assertThatExceptionOfType(RecordTooLargeException.class).isThrownBy(() -> bomb(tasks));
			Map<String, String> environment = new HashMap<>(deployment.tenant().environment());
			environment.putAll(settings);
			Completed verified = WorkerProcess.run(environment, "verify", "users");
			assertThat(verified.exitCode()).describedAs("%s", verified).isZero();
		}
	}

	private static RecordMetadata bomb(String topic) {
		byte[] value = new byte[10_000_000];
		Arrays.fill(value, (byte) ' ');
		return RawBatch
			.of(Compression.gzip().build(),
					new SimpleRecord(System.currentTimeMillis(), Client.bytes("key"), value,
							Client.headers(UUID.randomUUID(), Tasks.CREATE.wireName()).toArray()))
			.send(deployment.tenant().bootstrapServers(), new TopicPartition(topic, 0));
	}

	/**
	 * A setting that is wrong.
	 *
	 * @param variable its name
	 * @param value its value
	 * @param command what is run with it; nothing to consume
	 */
	record Mistake(String variable, String value, List<String> command) {

	}

}
