package dev.tidemark.worker.field;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Cluster;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.DatabasePair;
import dev.tidemark.worker.stack.DatabasePair.Replication;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The primary is lost under load and its standby promoted, at the address that the worker
 * knows, and nobody tells the worker. A synchronous standby has all that the worker has
 * been told is durable. An asynchronous one may not: here it is held back, so that it has
 * not for certain.
 */
@Order(2)
class FailOverTests {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final Cluster cluster = Cluster.start(Replication.SYNCHRONOUS);

	private final DatabasePair databases = cluster.databases();

	private final Deployment deployment = Deployment.prepare(cluster.stack(), 3);

	private final Client client = this.deployment.client();

	private final List<UUID> tasks = new ArrayList<>();

	@AfterAll
	static void closeCluster() {
		cluster.close();
	}

	@BeforeEach
	void start() {
		this.deployment.start();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), Commands.register("amara")));
		this.client.newEvents();
	}

	@AfterEach
	void close() {
		this.deployment.close();
	}

	@Test
	void aSynchronousStandbyTakesOverAndNothingDiffers() throws IOException {
		AtomicBoolean enough = new AtomicBoolean();
		CompletableFuture<List<RecordMetadata>> sending = CompletableFuture.supplyAsync(() -> {
			List<RecordMetadata> sent = new ArrayList<>();
			while (!enough.get()) {
				sent.add(this.client.send(UUID.randomUUID(), Commands.create(UUID.randomUUID(), "Title")));
			}
			return sent;
		});
		Awaitility.await().atMost(PATIENCE).until(() -> applied() > 200);

		long start = System.nanoTime();
		this.databases.stopImmediately();
		this.databases.promote();
		long promoted = System.nanoTime();
		long before = applied();
		Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> applied() > before);
		System.out.printf("Fail-over to a synchronous standby: promoted after %d ms, commands applied after %d ms%n",
				(promoted - start) / 1_000_000, (System.nanoTime() - start) / 1_000_000);
		this.databases.pair();
		enough.set(true);

		List<RecordMetadata> sent = sending.join();
		this.client.awaitConsumed(sent.toArray(RecordMetadata[]::new));
		assertThat(applied()).isEqualTo(sent.size());
		assertThat(this.client.newEvents()).hasSameSizeAs(sent)
			.allMatch((event) -> event.topic().equals(this.deployment.tenant().topics().readModel(Tasks.TYPE)));
		assertThat(this.deployment.worker().metric("tidemark_records_reread_total")).isZero();
		assertThatNothingDiffers();
	}

	@Test
	void whatAnAsynchronousStandbyDoesNotHaveIsReadAgain() throws IOException, SQLException {
		this.databases.replicate(Replication.ASYNCHRONOUS);
		create(100);
		this.databases.awaitStandby();
		this.databases.replication().stall();
		create(100);
		update(0, 50);

		assertThat(appliedAtStandby()).isEqualTo(100);
		this.databases.stopImmediately();
		this.databases.promote();
		this.databases.replication().mend();
		update(50, 60);

		// A partition to which none of the ten has come is compared twice a minute.
		Awaitility.await()
			.atMost(PATIENCE)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(counts()).isEqualTo("200|60"));
		WorkerProcess worker = this.deployment.worker();
		assertThat(worker.output().lines()).filteredOn((line) -> line.contains("the database knows only of"))
			.hasSizeBetween(1, 6)
			.allMatch((line) -> line.contains("ERROR"));
		assertThat(worker.metric("tidemark_records_reread_total")).isBetween(150.0, 400.0);
		assertThat(worker.metric("tidemark_records_lost_total")).isZero();
		assertThatNothingDiffers();
		System.out.printf("Fail-over to an asynchronous standby that was held back: %.0f records read again%n",
				worker.metric("tidemark_records_reread_total"));
		this.databases.pair();
		this.databases.replicate(Replication.SYNCHRONOUS);
	}

	private void create(int count) {
		List<RecordMetadata> sent = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			this.tasks.add(UUID.randomUUID());
			sent.add(this.client.send(UUID.randomUUID(), Commands.create(this.tasks.getLast(), "first")));
		}
		this.client.awaitConsumed(sent.toArray(RecordMetadata[]::new));
	}

	private void update(int from, int to) {
		List<RecordMetadata> sent = new ArrayList<>();
		for (UUID task : this.tasks.subList(from, to)) {
			sent.add(this.client.send(UUID.randomUUID(), Commands.retitle(task, "second")));
		}
		this.client.awaitConsumed(sent.toArray(RecordMetadata[]::new));
	}

	/** How many tasks there are, and how many of them have been updated. */
	private String counts() {
		return this.deployment.query("select count(*), count(*) filter (where title = 'second') from tasks").getFirst();
	}

	private long applied() {
		return Long.parseLong(this.deployment.query("select count(*) from tasks").getFirst());
	}

	private long appliedAtStandby() throws SQLException {
		DatabaseAddress database = this.deployment.tenant().database();
		try (Connection connection = new DatabaseAddress(this.databases.standby().host(),
				this.databases.standby().port(), database.name(), database.user(), database.password())
			.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from tasks")) {
			row.next();
			return row.getLong(1);
		}
	}

	private void assertThatNothingDiffers() {
		for (String kind : List.of("tasks", "users")) {
			WorkerProcess.Completed verify = WorkerProcess.run(this.deployment.tenant().environment(), "verify", kind);
			assertThat(verify.exitCode()).describedAs("%s", verify).isZero();
		}
	}

}
