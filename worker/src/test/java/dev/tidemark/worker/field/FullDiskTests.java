package dev.tidemark.worker.field;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.BrokerCluster;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server's disk is full, for real: it has its data on a {@link SmallDisk}. With
 * {@code -Dtidemark.stack=cluster} only, as it takes minutes, and as root only, who may
 * mount disks.
 */
@EnabledIfSystemProperty(named = "tidemark.stack", matches = "cluster")
@EnabledIf("dev.tidemark.worker.field.SmallDisk#isPossible")
class FullDiskTests {

	/** Enough for a database of a few rows, and its log. */
	private static final int MEGABYTES = 400;

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	/** Each test's own: it leaves a server behind whose disk is gone. */
	private final Stack stack = Stack.start();

	private final Deployment deployment = Deployment.prepare(this.stack, 3);

	private final Client client = this.deployment.client();

	private final List<RecordMetadata> sent = new ArrayList<>();

	@BeforeEach
	void start() {
		this.deployment.start();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), Commands.register("amara")));
		this.client.newEvents();
	}

	@AfterEach
	void close() {
		this.deployment.close();
		this.stack.close();
	}

	@Test
	void aDatabaseWhoseDiskIsFullIsWaitedForAndNoRecordIsBlamed() throws IOException, SQLException {
		Path data = Path.of(asAdministrator("show data_directory"));
		this.stack.stopDatabase();
		try (SmallDisk disk = SmallDisk.inPlaceOf(data, MEGABYTES)) {
			try {
				this.stack.startDatabase();
				send(10);
				this.client.awaitConsumed(this.sent.toArray(RecordMetadata[]::new));
				// What is written next is to fail for want of a page, not of a segment.
				asAdministrator("select pg_switch_wal()");
				asAdministrator("select pg_logical_emit_message(true, 'tidemark', 'begins a segment')");
				disk.fill();
				try (Fault fault = Fault.of("a database whose disk is full", this.deployment.worker())) {
					send(200);
					fault.isNamed("database", "DATABASE_UNREACHABLE");
					fault.isToldOnce("WARN", "commands-0 waits", "No space left on device");
					fault.staysNamed("database", "DATABASE_UNREACHABLE", Duration.ofSeconds(6));
					disk.free();
					everythingIsApplied();
					fault.ends();
				}
			}
			finally {
				this.deployment.stop();
				this.stack.stopDatabase();
			}
		}
	}

	/**
	 * Kafka ends a broker that can't write. The others have what it had, and go on.
	 */
	@Test
	void aBrokerWhoseDiskIsFullEndsAndNothingIsLost() {
		BrokerCluster brokers = this.stack.cluster().orElseThrow().brokers();
		String commands = this.deployment.tenant().topics().commands(Tasks.TYPE);
		int victim = brokers.leader(new TopicPartition(commands, 0)).orElseThrow();
		brokers.stop(victim);
		try (SmallDisk disk = SmallDisk.inPlaceOf(brokers.data(victim), MEGABYTES)) {
			try {
				brokers.start(victim);
				brokers.awaitInSync();
				// It leads again what it is first for.
				Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
					brokers.moveLeaders(List.of(commands));
					return leads(brokers, victim, commands);
				});
				send(10);
				this.client.awaitConsumed(this.sent.toArray(RecordMetadata[]::new));
				try (Fault fault = Fault.of("a broker whose disk is full", this.deployment.worker())) {
					disk.fill();
					while (brokers.isAlive(victim)) {
						send(10);
					}
					send(200);
					this.client.awaitConsumed(this.sent.toArray(RecordMetadata[]::new));
					disk.free();
					brokers.start(victim);
					brokers.awaitInSync();
					send(10);
					everythingIsApplied();
					fault.ends();
					System.out.printf("A broker whose disk is full, as the worker says it:%n%s%n", fault.lines());
				}
			}
			finally {
				this.deployment.stop();
				brokers.kill(victim);
			}
		}
	}

	private static boolean leads(BrokerCluster brokers, int broker, String topic) {
		return IntStream.range(0, 3)
			.mapToObj((partition) -> brokers.leader(new TopicPartition(topic, partition)))
			.anyMatch(Optional.of(broker)::equals);
	}

	private void send(int count) {
		for (int i = 0; i < count; i++) {
			this.sent.add(this.client.send(UUID.randomUUID(),
					new CreateTask(UUID.randomUUID(), "Title", "amara", "long ".repeat(800), TaskStatus.PENDING)));
		}
	}

	private void everythingIsApplied() {
		this.client.awaitConsumed(this.sent.toArray(RecordMetadata[]::new));
		assertThat(this.deployment.query("select count(*) from tasks")).containsExactly(this.sent.size() + "");
		WorkerProcess.Completed verify = WorkerProcess.run(this.deployment.tenant().environment(), "verify", "tasks");
		assertThat(verify.exitCode()).describedAs("%s", verify).isZero();
		assertThat(this.client.newEvents())
			.allMatch((event) -> event.topic().equals(this.deployment.tenant().topics().readModel(Tasks.TYPE)));
	}

	private String asAdministrator(String sql) throws SQLException {
		try (Connection connection = this.stack.database().connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return String.valueOf(row.getString(1));
		}
	}

}
