package dev.tidemark.worker.field;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Patroni;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fail-overs that nobody simulates: Patroni promotes the standby, of servers that are
 * Debian's, and the worker is set as {@code SIZING.md} has it. With
 * {@code -Dtidemark.stack=cluster} only, as it takes minutes.
 */
@EnabledIfSystemProperty(named = "tidemark.stack", matches = "cluster")
@EnabledIf(value = "dev.tidemark.worker.stack.Patroni#isInstalled",
		disabledReason = "patroni, etcd or a PostgreSQL server is not installed")
class PatroniTests {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Stack stack = Stack.start();

	private final Patroni patroni = Patroni.start();

	private final Tenant tenant = this.stack.newTenant().withTopics(3);

	private final Client client = new Client(this.tenant);

	private final AtomicBoolean enough = new AtomicBoolean();

	@AfterEach
	void close() {
		this.enough.set(true);
		this.client.close();
		this.patroni.close();
		this.stack.close();
	}

	@Test
	void aPrimaryThatIsKilledAndOneThatIsRelievedAreFollowedAndNothingDiffers() throws IOException, SQLException {
		Map<String, String> environment = new HashMap<>(this.tenant.environment());
		environment.keySet().removeAll(List.of("DB_HOST", "DB_PORT", "DB_NAME"));
		environment.put("SPRING_DATASOURCE_URL",
				"jdbc:postgresql://%s/%s?targetServerType=primary".formatted(this.patroni.hosts(), database().name()));
		environment.put("SPRING_KAFKA_CONSUMER_PROPERTIES_SESSION_TIMEOUT_MS", "6000");
		execute(this.patroni.primary(), "create role %s login password '%1$s'".formatted(database().user()));
		execute(this.patroni.primary(), "create database %s owner %s".formatted(database().name(), database().user()));
		WorkerProcess.Completed migrated = WorkerProcess.run(environment, "migrate", "upgrade");
		assertThat(migrated.exitCode()).describedAs("%s", migrated).isZero();
		try (WorkerProcess worker = WorkerProcess.start(environment).awaitReady()) {
			this.client.awaitConsumed(this.client.send(UUID.randomUUID(), Commands.register("amara")));
			CompletableFuture<List<RecordMetadata>> sending = CompletableFuture.supplyAsync(this::sendUntilEnough);
			awaitApplied(200);
			tell("Before", this.patroni.control("list"));

			long start = System.nanoTime();
			String killed = this.patroni.killPrimary();
			awaitApplied(applied() + 1);
			System.out.printf("%s killed; commands applied again after %d ms%n", killed, since(start));
			tell("After", this.patroni.control("list"));
			awaitApplied(applied() + 200);
			this.patroni.startAgain(killed);
			tell("%s is back".formatted(killed), this.patroni.control("list"));

			start = System.nanoTime();
			tell("On purpose", this.patroni.control("switchover", "--force"));
			awaitApplied(applied() + 1);
			System.out.printf("Commands applied again %d ms after the switch-over began%n", since(start));
			awaitApplied(applied() + 200);
			this.enough.set(true);

			List<RecordMetadata> sent = sending.join();
			this.client.awaitConsumed(sent.toArray(RecordMetadata[]::new));
			assertThat(applied()).isEqualTo(sent.size());
			assertThat(this.client.newEvents())
				.filteredOn((event) -> event.topic().equals(this.tenant.topics().readModel(Tasks.TYPE)))
				.hasSameSizeAs(sent);
			assertThat(worker.metric("tidemark_records_reread_total")).isZero();
			assertThat(worker.isReady()).isTrue();
			for (String kind : List.of("tasks", "users")) {
				WorkerProcess.Completed verify = WorkerProcess.run(environment, "verify", kind);
				assertThat(verify.exitCode()).describedAs("%s", verify).isZero();
				tell("verify " + kind, verify.output());
			}
			tell("The worker", String.join("\n", worker.output().lines().toList()));
			System.out.printf("%d commands sent%n", sent.size());
		}
	}

	private static void tell(String what, String output) {
		System.out.printf("--- %s%n%s%n", what, output);
	}

	private static long since(long nanos) {
		return (System.nanoTime() - nanos) / 1_000_000;
	}

	private List<RecordMetadata> sendUntilEnough() {
		List<RecordMetadata> sent = new ArrayList<>();
		while (!this.enough.get()) {
			sent.add(this.client.send(UUID.randomUUID(), Commands.create(UUID.randomUUID(), "Title")));
		}
		return sent;
	}

	private void awaitApplied(long count) {
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(20))
			.ignoreExceptionsInstanceOf(SQLException.class)
			.until(() -> applied() >= count);
	}

	private long applied() throws SQLException {
		DatabaseAddress primary = this.patroni.primary();
		try (Connection connection = new DatabaseAddress(primary.host(), primary.port(), database().name(),
				database().user(), database().password())
			.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from tasks")) {
			row.next();
			return row.getLong(1);
		}
	}

	private DatabaseAddress database() {
		return this.tenant.database();
	}

	private static void execute(DatabaseAddress database, String sql) throws SQLException {
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
