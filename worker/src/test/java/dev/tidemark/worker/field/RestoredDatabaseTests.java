package dev.tidemark.worker.field;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A database that has lost its last transactions, while the group in Kafka stands behind
 * them. It is restored from a copy, as an operator restores a backup, with the worker
 * stopped; or under the feet of a running worker, as when a standby is promoted that was
 * behind.
 */
class RestoredDatabaseTests {

	private final Deployment deployment = Deployment.prepare(3);

	private final Client client = this.deployment.client();

	private final List<UUID> tasks = new ArrayList<>();

	@BeforeEach
	void start() {
		this.deployment.start();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), Commands.register("amara")));
	}

	@AfterEach
	void close() {
		this.deployment.close();
	}

	@Test
	void whatABackupDoesNotHaveIsReadAgain() throws IOException {
		create(100);
		this.deployment.stop();
		backUp();
		this.deployment.start();
		create(100);
		update(0, 50);
		this.deployment.stop();
		restore();
		assertThat(counts()).containsExactly("100|0");
		// Nobody has gone back yet. Then nothing is compared, and nothing published for
		// it.
		WorkerProcess.Completed tooEarly = realign("--wait", "1");
		assertThat(tooEarly.exitCode()).describedAs("%s", tooEarly).isEqualTo(1);
		assertThat(tooEarly.output()).contains("it is read again").doesNotContain("published again");
		assertThat(tooEarly.errors()).contains("start a worker");
		this.deployment.start();
		update(50, 60);
		awaitCounts("200|60");
		assertThatItIsTold();
		assertThatNothingDiffers();
	}

	@Test
	void whatAStandbyDoesNotHaveIsReadAgainByTheWorkerThatRuns() throws IOException {
		create(100);
		backUp();
		create(100);
		update(0, 50);
		restore();
		update(50, 60);
		// A partition to which none of the ten has come is compared twice a minute.
		awaitCounts("200|60");
		assertThatItIsTold();
		assertThatNothingDiffers();
	}

	@Test
	void whatAStandbyDoesNotHaveIsReadAgainThoughNothingComes() throws IOException {
		create(100);
		backUp();
		create(100);
		update(0, 50);
		restore();
		WorkerProcess.Completed realigned = realign();
		assertThat(realigned.exitCode()).describedAs("%s", realigned).isZero();
		assertThat(realigned.output()).doesNotContain("published again");
		assertThat(counts()).containsExactly("200|50");
		assertThatItIsTold();
		assertThatNothingDiffers();
	}

	/** The worst of all: what is left is made to agree, by the documented command. */
	@Test
	void whatTheTopicNoLongerHasEitherIsToldAndWaitsForSomebody() throws IOException {
		create(100);
		this.deployment.stop();
		backUp();
		this.deployment.start();
		create(100);
		this.deployment.stop();
		restore();
		try (Topics topics = new Topics(this.deployment.tenant().bootstrapServers())) {
			String commands = this.deployment.tenant().topics().commands(Tasks.TYPE);
			for (int partition = 0; partition < 3; partition++) {
				TopicPartition place = new TopicPartition(commands, partition);
				topics.forgetBefore(place, topics.end(place));
			}
		}
		WorkerProcess worker = this.deployment.start(Map.of()).awaitAlive();
		try (Fault fault = Fault.of("a database behind, and records that are gone", worker)) {
			fault.isNamed("intake", "OUT_OF_STEP");
			WorkerProcess.Completed realigned = realign();
			assertThat(realigned.exitCode()).describedAs("%s", realigned).isZero();
			// What had been published of them is taken back.
			assertThat(realigned.output()).contains("gone from the topic", "100 tasks are published again");
			fault.ends();
		}
		assertThat(worker.metric("tidemark_records_lost_total")).isBetween(100.0, 400.0);
		update(0, 50);
		assertThat(counts()).containsExactly("100|50");
		assertThatNothingDiffers();
	}

	private void create(int count) {
		List<RecordMetadata> sent = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			this.tasks.add(UUID.randomUUID());
			sent.add(this.client.send(UUID.randomUUID(),
					new CreateTask(this.tasks.getLast(), "first", "amara", null, TaskStatus.PENDING)));
		}
		sent.forEach(this.client::awaitConsumed);
	}

	private void update(int from, int to) {
		List<RecordMetadata> sent = new ArrayList<>();
		for (UUID task : this.tasks.subList(from, to)) {
			sent.add(this.client.send(UUID.randomUUID(),
					new UpdateTask(task, Field.given("second"), Field.absent(), Field.absent(), Field.absent())));
		}
		sent.forEach(this.client::awaitConsumed);
	}

	private WorkerProcess.Completed realign(String... more) {
		return WorkerProcess.run(this.deployment.tenant().environment(),
				Stream.concat(Stream.of("realign"), Stream.of(more)).toArray(String[]::new));
	}

	/** How many tasks there are, and how many of them have been updated. */
	private List<String> counts() {
		return this.deployment.query("select count(*), count(*) filter (where title = 'second') from tasks");
	}

	private void awaitCounts(String expected) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(2))
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(counts()).containsExactly(expected));
	}

	private void assertThatItIsTold() throws IOException {
		WorkerProcess worker = this.deployment.worker();
		assertThat(worker.output().lines()).filteredOn((line) -> line.contains("the database knows only of"))
			.hasSizeBetween(1, 6)
			.allMatch((line) -> line.contains("ERROR"));
		assertThat(worker.metric("tidemark_records_reread_total")).isBetween(150.0, 400.0);
		assertThat(worker.metric("tidemark_records_lost_total")).isZero();
	}

	private void assertThatNothingDiffers() {
		for (String kind : List.of("tasks", "users")) {
			WorkerProcess.Completed verify = WorkerProcess.run(this.deployment.tenant().environment(), "verify", kind);
			assertThat(verify.exitCode()).describedAs("%s", verify).isZero();
		}
	}

	private void backUp() {
		String name = database();
		asAdministrator("alter database %s allow_connections false".formatted(name));
		asAdministrator("select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'".formatted(name));
		asAdministrator("create database %s_backup template %1$s owner %1$s".formatted(name));
		asAdministrator("alter database %s allow_connections true".formatted(name));
		Awaitility.await().ignoreExceptions().until(() -> !this.deployment.query("select 1").isEmpty());
	}

	private void restore() {
		String name = database();
		asAdministrator("alter database %s allow_connections false".formatted(name));
		asAdministrator("select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'".formatted(name));
		asAdministrator("drop database " + name);
		asAdministrator("alter database %s_backup rename to %1$s".formatted(name));
	}

	private String database() {
		return this.deployment.tenant().database().name();
	}

	private static void asAdministrator(String sql) {
		DatabaseAddress server = Stack.shared().database();
		// Those whose connections have been ended need a moment to go.
		Awaitility.await().ignoreExceptionsInstanceOf(SQLException.class).untilAsserted(() -> {
			try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
				statement.execute(sql);
			}
		});
	}

}
