package dev.tidemark.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the worker needs goes away under load, and comes back. How long it stays away is
 * {@code -Dtidemark.outage}, in seconds.
 * <p>
 * A worker process with servers of its own, since these are stopped under it.
 */
@Order(2)
class OutageTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("tidemark.outage", 8));

	private static final Stack stack = Stack.start();

	private final Deployment deployment = Deployment.prepare(stack, 2);

	private final List<RecordMetadata> sent = new ArrayList<>();

	@BeforeEach
	void start() {
		this.deployment.start();
		this.deployment.client()
			.awaitConsumed(this.deployment.client().send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
		this.deployment.client().newEvents();
	}

	@AfterEach
	void close() {
		this.deployment.close();
	}

	@AfterAll
	static void stop() {
		stack.close();
	}

	@Test
	void aDatabaseThatIsGoneIsWaitedForAndNothingIsDead() throws IOException {
		send(200);
		stack.stopDatabase();
		send(200);
		awaitNotReadyButAlive();
		stack.startDatabase();
		everythingIsApplied();
		theLogIsShort();
	}

	@Test
	void aBrokerThatIsGoneIsWaitedForAndNothingIsDead() throws IOException {
		send(400);
		stack.stopBroker();
		awaitNotReadyButAlive();
		stack.startBroker();
		send(50);
		everythingIsApplied();
		theLogIsShort();
	}

	private void send(int commands) {
		for (int i = 0; i < commands; i++) {
			this.sent.add(this.deployment.client()
				.send(UUID.randomUUID(),
						new CreateTask(UUID.randomUUID(), "Title", "amara", null, TaskStatus.PENDING)));
		}
	}

	private void awaitNotReadyButAlive() throws IOException {
		WorkerProcess worker = this.deployment.worker();
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !worker.isReady());
		Awaitility.await()
			.atMost(OUTAGE.plusSeconds(60))
			.during(OUTAGE)
			.pollInterval(Duration.ofSeconds(1))
			.until(() -> worker.isAlive() && worker.get("/actuator/health/liveness").statusCode() == 200);
		assertThat(worker.isReady()).isFalse();
	}

	private void everythingIsApplied() {
		this.deployment.client().awaitConsumed(this.sent.toArray(RecordMetadata[]::new));
		assertThat(this.deployment.client().newEvents()).hasSize(this.sent.size())
			.allMatch((event) -> event.topic().equals(this.deployment.tenant().topics().readModel(Tasks.TYPE)));
		assertThat(this.deployment.query("select count(*) from tasks"))
			.containsExactly(String.valueOf(this.sent.size()));
		Awaitility.await().until(this.deployment.worker()::isReady);
	}

	private void theLogIsShort() {
		String output = this.deployment.worker().output();
		System.out.printf("What the worker said of an outage of %d s:%n%s%n", OUTAGE.toSeconds(), output.indent(4));
		assertThat(output.lines()).hasSizeLessThan(25).noneMatch((line) -> line.startsWith("\tat "));
	}

}
