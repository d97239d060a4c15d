package dev.tidemark.worker.field;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers whose clocks are wrong, and are set while they work. What counts is told by no
 * worker's clock: rows and events have the commands' times, and how long a command waits
 * for its user is measured by the database.
 */
@EnabledIf(value = "dev.tidemark.worker.field.WrongClock#isPossible", disabledReason = "there is no libfaketime")
class ClockTests {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final Duration DEFER_FOR = Duration.ofSeconds(30);

	private final WrongClock one = WrongClock.right();

	private final WrongClock other = WrongClock.right();

	private final Deployment deployment = Deployment.prepare(4, "TIDEMARK_CONCURRENCY", "2", "TIDEMARK_DEFER_FOR",
			DEFER_FOR.toSeconds() + "s");

	private final Client client = this.deployment.client();

	private final List<WorkerProcess> workers = new ArrayList<>();

	/** When each task was made, and when it was changed, as its sender has it. */
	private final Map<UUID, List<Instant>> times = new HashMap<>();

	@AfterEach
	void close() {
		// One that is killed leaves its shared memory behind.
		this.workers.forEach(WorkerProcess::terminate);
		this.deployment.close();
		this.one.close();
		this.other.close();
	}

	@Test
	void workersAnHourApartWhoseClocksAreSetUnderLoadChangeNothing() throws IOException {
		Duration half = Duration.ofMinutes(30);
		WorkerProcess first = start(this.one.set(half));
		WorkerProcess second = start(this.other.set(half.negated()));
		send(Commands.register("amara"), now());
		AtomicBoolean enough = new AtomicBoolean();
		CompletableFuture<List<RecordMetadata>> sending = CompletableFuture.supplyAsync(() -> {
			List<RecordMetadata> sent = new ArrayList<>();
			while (!enough.get()) {
				UUID task = UUID.randomUUID();
				List<Instant> both = List.of(now(), now().plusSeconds(1));
				this.times.put(task, both);
				sent.add(send(Commands.create(task, "first"), both.getFirst()));
				sent.add(send(Commands.retitle(task, "second"), both.getLast()));
			}
			return sent;
		});
		bothDoSome(first, second);

		long waits = System.nanoTime();
		UUID nobodys = UUID.randomUUID();
		send(task(nobodys, "nobody"), now());
		UUID lates = UUID.randomUUID();
		send(task(lates, "late"), now());
		this.one.set(half.negated());
		bothDoSome(first, second);
		this.other.set(half);
		bothDoSome(first, second);
		assertThat(waiting()).containsExactlyInAnyOrder(nobodys.toString(), lates.toString());
		assertThat(System.nanoTime() - waits).describedAs("time before the user came").isLessThan(DEFER_FOR.toNanos());
		send(Commands.register("late"), now());
		Awaitility.await().until(() -> waiting().equals(List.of(nobodys.toString())));
		Awaitility.await().atMost(PATIENCE).until(() -> waiting().isEmpty());
		assertThat(Duration.ofNanos(System.nanoTime() - waits)).isBetween(DEFER_FOR, DEFER_FOR.plusSeconds(20));
		this.one.set(Duration.ZERO);
		this.other.set(Duration.ZERO);
		bothDoSome(first, second);
		enough.set(true);

		List<RecordMetadata> sent = sending.join();
		this.client.awaitConsumed(sent.toArray(RecordMetadata[]::new));
		List<ConsumerRecord<byte[], byte[]>> events = this.client.newEvents();
		assertThat(events).filteredOn((event) -> "dev.tidemark.command.rejected.v1".equals(type(event)))
			.singleElement()
			.satisfies(
					(event) -> assertThat(Client.text(event.value())).contains("USER_NOT_FOUND", nobodys.toString()));
		List<JsonNode> snapshots = events.stream()
			.filter((event) -> event.topic().equals(this.deployment.tenant().topics().readModel(Tasks.TYPE)))
			.map((event) -> JsonMapper.shared().readTree(event.value()))
			.filter((snapshot) -> !snapshot.at("/taskId").asString().equals(lates.toString()))
			.toList();
		assertThat(snapshots).hasSameSizeAs(sent).allSatisfy((snapshot) -> {
			List<Instant> both = Objects
				.requireNonNull(this.times.get(UUID.fromString(snapshot.at("/taskId").asString())));
			assertThat(Instant.parse(snapshot.at("/createdAt").asString())).isEqualTo(both.getFirst());
			assertThat(Instant.parse(snapshot.at("/updatedAt").asString()))
				.isEqualTo(both.get(snapshot.at("/version").asInt() - 1));
		});
		assertThat(this.deployment.query("select count(*) from tasks where title = 'second' and version = 2"))
			.containsExactly(this.times.size() + "");
		assertThatNothingDiffers();
		for (WorkerProcess worker : this.workers) {
			assertThat(worker.output()).doesNotContain(" ERROR ");
			System.out.printf("A worker whose clock was set:%n%s%n", worker.output().lines().skip(1).toList());
		}
		assertThat(first.metric("tidemark_clock_set_total")).isEqualTo(2);
		assertThat(first.output()).containsOnlyOnce("was set back by 36").containsOnlyOnce("was set forward by 1");
		assertThat(second.output()).containsOnlyOnce("was set forward by 3").containsOnlyOnce("was set back by 1");
	}

	/** By default, brokers take no record from more than an hour in the future. */
	@Test
	void aClockThatIsTooFarAheadForTheBrokerIsToldAndWaitedFor() throws IOException {
		WorkerProcess worker = start(this.one);
		this.client.awaitConsumed(send(Commands.register("amara"), now()));
		this.one.set(Duration.ofHours(2));
		Awaitility.await().until(() -> worker.output().contains("was set forward by 7"));
		RecordMetadata sent = send(Commands.create(UUID.randomUUID(), "first"), now());
		try (Fault fault = Fault.of("a clock that is two hours ahead", worker)) {
			fault.isNamed("broker", "BROKER_UNREACHABLE");
			fault.isToldOnce("WARN", "commands-", "InvalidTimestampException", "check the clocks");
			fault.staysNamed("broker", "BROKER_UNREACHABLE", Duration.ofSeconds(6));
			this.one.set(Duration.ZERO);
			fault.isToldOnce("WARN", "The system's clock was set back by 7", "made anew");
			this.client.awaitConsumed(sent);
			fault.ends();
			System.out.printf("A worker whose clock was two hours ahead:%n%s%n", fault.lines());
		}
		assertThat(this.client.newEvents()).filteredOn((event) -> event.topic().contains("task")).hasSize(1);
		assertThatNothingDiffers();
	}

	private WorkerProcess start(WrongClock clock) {
		WorkerProcess worker = this.deployment.start(clock.environment()).awaitReady();
		this.workers.add(worker);
		return worker;
	}

	/** Each of them is at work: it has partitions, and gets on. */
	private static void bothDoSome(WorkerProcess... workers) throws IOException {
		for (WorkerProcess worker : workers) {
			double before = worker.metric("tidemark_commands_total");
			Awaitility.await("a worker gets on")
				.atMost(Duration.ofSeconds(20))
				.ignoreExceptionsInstanceOf(IOException.class)
				.until(() -> worker.metric("tidemark_commands_total") > before + 50);
		}
	}

	private RecordMetadata send(Command command, Instant time) {
		return this.client.send(UUID.randomUUID(), command, EventHeaders.CE_TIME, time.toString());
	}

	private static Instant now() {
		return Instant.now().truncatedTo(ChronoUnit.MICROS);
	}

	private static CreateTask task(UUID task, String username) {
		return new CreateTask(task, "Title", username, null, TaskStatus.PENDING);
	}

	private List<String> waiting() {
		return this.deployment.query("select key from deferred_command");
	}

	private static String type(ConsumerRecord<byte[], byte[]> event) {
		return String.valueOf(Client.header(event, EventHeaders.CE_TYPE));
	}

	private void assertThatNothingDiffers() {
		for (String kind : List.of("tasks", "users")) {
			WorkerProcess.Completed verify = WorkerProcess.run(this.deployment.tenant().environment(), "verify", kind);
			assertThat(verify.exitCode()).describedAs("%s", verify).isZero();
		}
	}

}
