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
import java.util.UUID;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The database's disk is full, for real: it has its data on a {@link SmallDisk}. With
 * {@code -Dtidemark.stack=cluster} only, as it takes minutes, and as root only, who may
 * mount disks.
 */
@EnabledIfSystemProperty(named = "tidemark.stack", matches = "cluster")
@EnabledIf("dev.tidemark.worker.field.SmallDisk#isPossible")
class FullDiskTests {

	/** Enough for a database of a few rows, and its log. */
	private static final int MEGABYTES = 400;

	private static final Stack stack = Stack.start();

	private final Deployment deployment = Deployment.prepare(stack, 3);

	private final Client client = this.deployment.client();

	private final List<RecordMetadata> sent = new ArrayList<>();

	@AfterAll
	static void closeStack() {
		stack.close();
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
	void aDatabaseWhoseDiskIsFullIsWaitedForAndNoRecordIsBlamed() throws IOException, SQLException {
		Path data = Path.of(asAdministrator("show data_directory"));
		stack.stopDatabase();
		try (SmallDisk disk = SmallDisk.inPlaceOf(data, MEGABYTES)) {
			try {
				stack.startDatabase();
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
				stack.stopDatabase();
			}
		}
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

	private static String asAdministrator(String sql) throws SQLException {
		try (Connection connection = stack.database().connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return String.valueOf(row.getString(1));
		}
	}

}
