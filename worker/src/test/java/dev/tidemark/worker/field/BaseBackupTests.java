package dev.tidemark.worker.field;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A base backup is restored, as the runbook has it, while senders go on all the time. It
 * is from a thousand commands ago.
 */
@DisabledIfSystemProperty(named = "tidemark.stack", matches = "cluster|containers",
		disabledReason = "the server is to be the only one, and its files at hand")
class BaseBackupTests {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final int COMMANDS = 1_000;

	private static final Stack stack = Stack.start();

	private final Deployment deployment = Deployment.prepare(stack, 3);

	private final Client client = this.deployment.client();

	private final AtomicBoolean enough = new AtomicBoolean();

	private final AtomicLong sent = new AtomicLong();

	/** What each task's title is to be in the end. */
	private final Map<UUID, String> titles = new LinkedHashMap<>();

	@AfterAll
	static void closeStack() {
		stack.close();
	}

	@AfterEach
	void close() {
		this.enough.set(true);
		this.deployment.close();
	}

	@Test
	void aBackupOfAThousandCommandsAgoIsRestoredUnderLoadAndNothingDiffers(@TempDir Path directory) throws IOException {
		this.deployment.start();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), Commands.register("amara")));
		CompletableFuture<List<RecordMetadata>> sending = CompletableFuture.supplyAsync(this::sendUntilEnough);
		awaitDecided(300);
		Path backup = directory.resolve("backup");
		stack.backUpDatabase(backup);
		long then = decided();
		awaitDecided(then + COMMANDS);

		this.deployment.stop();
		stack.stopDatabase();
		long before = this.sent.get();
		stack.restoreDatabase(backup);
		stack.startDatabase();
		long restored = decided();
		WorkerProcess worker = this.deployment.start(Map.of());
		WorkerProcess.Completed realigned = WorkerProcess.run(this.deployment.tenant().environment(), "realign");
		assertThat(realigned.exitCode()).describedAs("%s", realigned).isZero();
		this.enough.set(true);
		List<RecordMetadata> sent = sending.join();
		this.client.awaitConsumed(sent.toArray(RecordMetadata[]::new));

		List<String> told = worker.output()
			.lines()
			.filter((line) -> line.contains("the database knows only of"))
			.toList();
		assertThat(told).hasSizeBetween(1, 6).allMatch((line) -> line.contains("ERROR"));
		assertThat(worker.metric("tidemark_records_reread_total")).isGreaterThanOrEqualTo(COMMANDS);
		assertThat(worker.metric("tidemark_records_lost_total")).isZero();
		assertThat(this.deployment.query("select task_id, title from tasks order by task_id::text"))
			.containsExactlyElementsOf(this.titles.entrySet()
				.stream()
				.map((task) -> task.getKey() + "|" + task.getValue())
				.sorted()
				.toList());
		for (String kind : List.of("tasks", "users")) {
			WorkerProcess.Completed verify = WorkerProcess.run(this.deployment.tenant().environment(), "verify", kind);
			assertThat(verify.exitCode()).describedAs("%s", verify).isZero();
		}
		System.out.printf(
				"Restored under load: %d commands sent when it was stopped, %d in the backup, %d in the end; "
						+ "%.0f offsets read again%n%s%n%s%n",
				before, restored, sent.size(), worker.metric("tidemark_records_reread_total"), String.join("\n", told),
				realigned.output());
	}

	private List<RecordMetadata> sendUntilEnough() {
		List<RecordMetadata> sent = new ArrayList<>();
		while (!this.enough.get()) {
			UUID task = UUID.randomUUID();
			sent.add(this.client.send(UUID.randomUUID(), Commands.create(task, "first")));
			sent.add(this.client.send(UUID.randomUUID(), Commands.retitle(task, "second")));
			this.titles.put(task, "second");
			this.sent.addAndGet(2);
		}
		return sent;
	}

	private void awaitDecided(long count) {
		Awaitility.await().atMost(PATIENCE).until(() -> decided() >= count);
	}

	private long decided() {
		return Long.parseLong(this.deployment.query("select count(*) from command_log").getFirst());
	}

}
