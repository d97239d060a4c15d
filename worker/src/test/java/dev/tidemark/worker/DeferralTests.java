package dev.tidemark.worker;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Commands that come before the user they name.
 * <p>
 * A worker process, since it is killed between the steps and PostgreSQL makes
 * transactions cross; the order of a queue is in {@code DeferralBatchTests}.
 */
@Order(3)
class DeferralTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private final Deployment deployment = Deployment.prepare(1, "TIDEMARK_DEFER_SWEEP", "1s");

	private final Client client = this.deployment.client();

	private final UUID task = UUID.randomUUID();

	private final UUID first = UUID.randomUUID();

	@AfterEach
	void close() {
		this.deployment.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whatWaitsIsAppliedInOrderWhenTheUserComes(boolean killedBetweenSteps) {
		this.deployment.start();
		step(killedBetweenSteps, this.client.send(this.first, create("ليلى")));
		step(killedBetweenSteps, this.client.send(UUID.randomUUID(), title("second")));
		step(killedBetweenSteps, this.client.send(UUID.randomUUID(), title("third")));
		step(killedBetweenSteps, this.client.send(UUID.randomUUID(), new DeleteTask(this.task)));
		assertThat(versions()).isEmpty();
		assertThat(this.deployment.query("select outcome from command_log")).containsExactly("deferred", "deferred",
				"deferred", "deferred");
		// Another key, and a user who is there, have nothing to wait for.
		step(false, this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
		UUID other = UUID.randomUUID();
		step(false,
				this.client.send(UUID.randomUUID(), new CreateTask(other, "Other", "amara", null, TaskStatus.DONE)));
		assertThat(versions()).containsExactly("1");
		step(killedBetweenSteps, this.client.send(UUID.randomUUID(), new RegisterUser("ليلى", HASH)));
		awaitNothingWaits();
		assertThat(versions()).containsExactly("1", "2", "3", "4");
		assertThat(this.deployment.query("select task_id from tasks")).containsExactly(other.toString());
	}

	@Test
	void aDuplicateOfAWaitingCommandWaitsOnce() {
		this.deployment.start();
		this.client.send(this.first, create("ليلى"));
		this.client.send(this.first, create("ليلى"));
		step(false, this.client.send(UUID.randomUUID(), new RegisterUser("ليلى", HASH)));
		awaitNothingWaits();
		assertThat(versions()).containsExactly("1");
	}

	@Test
	void whatWaitsIsSeenAndCounted() {
		this.deployment.start();
		UUID behind = UUID.randomUUID();
		this.client.send(this.first, create("ليلى"));
		step(false, this.client.send(behind, new DeleteTask(this.task)));
		assertThat(status(this.first)).contains("outcome      deferred", "waitsFor     ليلى")
			.doesNotContain("waitsBehind");
		assertThat(status(behind)).contains("waitsFor     ليلى", "waitsBehind  " + this.first);
		Awaitility.await()
			.until(() -> this.deployment.worker()
				.get("/actuator/prometheus")
				.body()
				.contains("tidemark_deferred_commands 2.0"));
		assertThat(command(UUID.randomUUID().toString()).exitCode()).isEqualTo(1);
		assertThat(command("1-1-1-1-1").exitCode()).isEqualTo(2);
	}

	private String status(UUID id) {
		return command(id.toString()).output();
	}

	private WorkerProcess.Completed command(String id) {
		return WorkerProcess.run(this.deployment.tenant().environment(), "command", id);
	}

	@Test
	void whatPassesOnIsWhatCame() {
		this.deployment.start();
		CreateTask create = create("ليلى");
		Headers headers = Client.headers(this.first, create.type().wireName(), EventHeaders.CE_CORRELATIONID, "order 7",
				EventHeaders.TRACEPARENT, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
				EventHeaders.CE_TIME, "2026-11-20T10:00:00.000001Z");
		headers.add(EventHeaders.TRACESTATE, new byte[] { -1, -2, 0 });
		step(false, this.client.send(this.deployment.tenant().topics().commands(Tasks.TYPE), create.key(), headers,
				JsonMapper.shared().writeValueAsBytes(create.data())));
		step(false, this.client.send(UUID.randomUUID(), new RegisterUser("ليلى", HASH)));
		awaitNothingWaits();
		assertThat(this.client.newEvents()).filteredOn(this::isOfTask).singleElement().satisfies((event) -> {
			assertThat(Client.header(event, EventHeaders.CE_ID)).isEqualTo(this.first + ":applied");
			assertThat(Client.header(event, EventHeaders.CE_CAUSATIONID)).isEqualTo(this.first.toString());
			assertThat(Client.header(event, EventHeaders.CE_CORRELATIONID)).isEqualTo("order 7");
			assertThat(Client.header(event, EventHeaders.TRACEPARENT)).startsWith("00-0af7");
			assertThat(event.headers().lastHeader(EventHeaders.TRACESTATE).value()).containsExactly(-1, -2, 0);
			assertThat(Client.header(event, EventHeaders.CE_TIME)).isEqualTo("2026-11-20T10:00:00.000001Z");
		});
	}

	@Test
	void whenItsTimeIsUpItIsRejectedAndTheRestIsJudgedByTheState() {
		this.deployment.start(Map.of("TIDEMARK_DEFER_FOR", "2s")).awaitReady();
		step(false, this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
		this.client.send(this.first, create("ليلى"));
		this.client.send(UUID.randomUUID(), title("of nothing"));
		this.client.send(UUID.randomUUID(), create("amara"));
		step(false, this.client.send(UUID.randomUUID(), new CompleteTask(this.task)));
		awaitNothingWaits();
		assertThat(this.deployment.query("select coalesce(reason, version::text) from command_log "
				+ "where type not like '%.re%blish.v1' and type not like '%.resume.v1' order by topic, record_offset"))
			.containsExactly("USER_NOT_FOUND", "TASK_NOT_FOUND", "1", "2", "1");
		assertThat(this.client.newEvents()).filteredOn(this::isOfTask)
			.extracting((event) -> Client.header(event, EventHeaders.CE_TYPE))
			.containsExactlyInAnyOrder("dev.tidemark.command.rejected.v1", "dev.tidemark.command.rejected.v1",
					"dev.tidemark.task.snapshot.v1", "dev.tidemark.task.snapshot.v1");
	}

	@Test
	void anUpdateWaitsForItsUserWhileTheTaskStaysAsItIs() {
		this.deployment.start();
		step(false, this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
		step(false, this.client.send(UUID.randomUUID(), create("amara")));
		this.client.send(UUID.randomUUID(),
				new UpdateTask(this.task, Field.absent(), Field.absent(), Field.absent(), Field.given("ليلى")));
		// Behind it, whatever it is: the order of a key is its promise.
		step(false, this.client.send(UUID.randomUUID(), new RepublishTask(this.task)));
		assertThat(versions()).containsExactly("1");
		assertThat(this.deployment.query("select username from tasks")).containsExactly("amara");
		step(false, this.client.send(UUID.randomUUID(), new RegisterUser("ليلى", HASH)));
		awaitNothingWaits();
		assertThat(versions()).containsExactly("2", "2");
		assertThat(this.deployment.query("select username from tasks")).containsExactly("ليلى");
	}

	@Test
	void theSweepFindsAUserWhoCameUnseen() {
		this.deployment.start();
		step(false, this.client.send(this.first, create("ليلى")));
		// As by a registration whose transaction crossed the deferral's.
		this.deployment.execute("""
				insert into users (username, password_hash, created_at, updated_at, version)
				values ('ليلى', 'x', now(), now(), 1)
				""");
		awaitNothingWaits();
		assertThat(versions()).containsExactly("1");
	}

	@Test
	void aLongQueueIsTakenUpInParts() {
		this.client.send(this.first, create("ليلى"));
		RecordMetadata last = this.client.send(UUID.randomUUID(), title("0"));
		for (int i = 1; i < 1200; i++) {
			last = this.client.send(UUID.randomUUID(), title(String.valueOf(i)));
		}
		this.deployment.start();
		step(false, last);
		step(false, this.client.send(UUID.randomUUID(), new RegisterUser("ليلى", HASH)));
		awaitNothingWaits();
		assertThat(this.deployment.query("select version, title from tasks")).containsExactly("1201|1199");
		List<String> versions = versions();
		assertThat(versions).hasSize(1201).doesNotHaveDuplicates();
		assertThat(versions.stream().map(Integer::valueOf).toList()).isSorted();
	}

	private void step(boolean thenKilled, RecordMetadata sent) {
		this.client.awaitConsumed(sent);
		if (thenKilled) {
			this.deployment.worker().kill();
			this.deployment.start();
		}
	}

	/** And what was taken up is published: a command behind it has been. */
	private void awaitNothingWaits() {
		Awaitility.await().until(() -> this.deployment.query("select from deferred_command").isEmpty());
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RepublishTask(UUID.randomUUID())));
	}

	private boolean isOfTask(ConsumerRecord<byte[], byte[]> event) {
		return Client.text(event.key()).equals(this.task.toString());
	}

	private List<String> versions() {
		return this.client.newEvents()
			.stream()
			.filter((event) -> event.topic().equals(this.deployment.tenant().topics().readModel(Tasks.TYPE)))
			.filter((event) -> Client.header(event, EventHeaders.CE_VERSION) != null)
			.map((event) -> String.valueOf(Client.header(event, EventHeaders.CE_VERSION)))
			.toList();
	}

	private CreateTask create(String username) {
		return new CreateTask(this.task, "First", username, null, TaskStatus.PENDING);
	}

	private UpdateTask title(String title) {
		return new UpdateTask(this.task, Field.given(title), Field.absent(), Field.absent(), Field.absent());
	}

}
