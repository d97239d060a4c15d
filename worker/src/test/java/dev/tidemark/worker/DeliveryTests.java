package dev.tidemark.worker;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However often a command is delivered, and in whatever company, it counts once.
 * <p>
 * A worker process, since a redelivery after a restart and a group that is set back are
 * made by Kafka.
 */
@Order(4)
class DeliveryTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private final Deployment deployment = Deployment.prepare(1);

	private final Client client = this.deployment.client();

	private final UUID task = UUID.randomUUID();

	private final UUID id = UUID.randomUUID();

	@AfterEach
	void close() {
		this.deployment.close();
	}

	@Test
	void aDuplicateCountsOnceInABatchAcrossBatchesAndAcrossARestart() {
		CreateTask create = create(this.task);
		this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH));
		this.client.send(this.id, create);
		this.client.send(this.id, create);
		RecordMetadata other = sendStructured(this.id, create);
		this.deployment.start();
		this.client.awaitConsumed(other);
		this.client.awaitConsumed(this.client.send(this.id, create));
		this.client.awaitConsumed(sendStructured(this.id, create));
		this.deployment.stop();
		this.client.send(this.id, create);
		RecordMetadata last = this.client.send(UUID.randomUUID(), new RepublishTask(this.task));
		this.deployment.start();
		this.client.awaitConsumed(last);
		assertThat(versions()).containsExactly("1", "1");
		assertThat(this.deployment.query("select version, status from tasks")).containsExactly("1|pending");
	}

	@Test
	void anIdThatIsReusedIsADeadLetterInABatchAcrossBatchesAndAcrossARestart() throws IOException {
		UUID other = UUID.randomUUID();
		this.deployment.start();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
		this.deployment.stop();
		this.client.send(this.id, create(this.task));
		this.client.send(this.id, create(other));
		this.client.send(this.id, create(this.task));
		RecordMetadata last = this.client.send(this.id, new CompleteTask(this.task));
		this.deployment.start();
		this.client.awaitConsumed(last);
		this.client.awaitConsumed(this.client.send(this.id, new RegisterUser("leyla", HASH)));
		this.client.awaitConsumed(
				this.client.send(this.id, new CreateTask(this.task, "Title 1", "leyla", null, TaskStatus.PENDING)));
		this.deployment.stop();
		this.client.send(this.id, new DeleteTask(other));
		RecordMetadata behind = this.client.send(UUID.randomUUID(), new RepublishTask(this.task));
		this.deployment.start();
		this.client.awaitConsumed(behind);
		List<ConsumerRecord<byte[], byte[]>> events = this.client.newEvents();
		assertThat(letters(events)).containsExactlyInAnyOrder(reused("key, other data"), reused("type, other data"),
				reused("type, other key, other data"), reused("data"), reused("type, other key, other data"));
		assertThat(versions(events)).containsExactly("1", "1");
		assertThat(this.deployment.query("select title, version from tasks")).containsExactly("Title 1|1");
		assertThat(this.deployment.query("select username from users")).containsExactly("amara");
		assertThat(this.deployment.worker().output()).contains("is a dead letter: ID_REUSED")
			.doesNotContain(HASH.encoded());
		assertThat(this.deployment.worker().get("/actuator/prometheus").body())
			.containsPattern("tidemark_dead_letters_total\\{.*reason=\"ID_REUSED\".*} 1.0");
	}

	@Test
	void anIdThatIsReusedWhileItsCommandWaitsIsADeadLetterAndNothingElseChanges() {
		UUID other = UUID.randomUUID();
		this.client.send(this.id, create(this.task));
		RecordMetadata second = this.client.send(this.id, create(other));
		this.deployment.start();
		this.client.awaitConsumed(second);
		this.client.awaitConsumed(this.client.send(this.id, new CompleteTask(this.task)));
		this.client.send(this.id, create(this.task));
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
		Awaitility.await().until(() -> this.deployment.query("select from deferred_command").isEmpty());
		this.client.awaitConsumed(this.client.send(this.id, new DeleteTask(this.task)));
		List<ConsumerRecord<byte[], byte[]>> events = this.client.newEvents();
		assertThat(letters(events)).containsExactly(reused("key, other data"), reused("type, other data"),
				reused("type, other data"));
		assertThat(versions(events)).containsExactly("1");
		assertThat(this.deployment.query("select task_id, version from tasks")).containsExactly(this.task + "|1");
	}

	@Test
	void tooManyReusedIdsStopTheIntakeBeforeTheirLettersAreSent() throws Exception {
		WorkerProcess worker = this.deployment.start(Map.of("TIDEMARK_GUARD_MAX_RUN", "2")).awaitReady();
		this.client.awaitConsumed(this.client.send(this.id, create(this.task)));
		worker.suspend();
		for (int i = 0; i < 4; i++) {
			this.client.send(this.id, create(UUID.randomUUID()));
		}
		worker.resume();
		Awaitility.await().until(() -> worker.output().contains("dead letters in a row"));
		// Aborted ones would count, too.
		assertThat(endOf(this.deployment.tenant().topics().deadLetters(Tasks.TYPE))).isLessThan(4);
	}

	private long endOf(String topic) throws Exception {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", this.deployment.tenant().bootstrapServers()))) {
			TopicPartition partition = new TopicPartition(topic, 0);
			return admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition).get().offset();
		}
	}

	/** What the dead letters say, in order. */
	private List<String> letters(List<ConsumerRecord<byte[], byte[]>> events) {
		return events.stream()
			.filter((event) -> event.topic().equals(this.deployment.tenant().topics().deadLetters(Tasks.TYPE))
					|| event.topic().equals(this.deployment.tenant().topics().deadLetters(Users.TYPE)))
			.map((event) -> Client.header(event, EventHeaders.DLT_REASON) + ": "
					+ Client.header(event, EventHeaders.DLT_DETAIL))
			.toList();
	}

	/** The first of all task commands, behind nothing. */
	private String reused(String differences) {
		return "ID_REUSED: id is that of another command, which came in %s-0@0: other %s"
			.formatted(this.deployment.tenant().topics().commands(Tasks.TYPE), differences);
	}

	private RecordMetadata sendStructured(UUID commandId, CreateTask create) {
		JsonMapper json = JsonMapper.shared();
		ObjectNode data = json.createObjectNode();
		data.put("username", create.username());
		data.putNull("description");
		data.put("title", create.title());
		data.put("taskId", create.key());
		ObjectNode event = json.createObjectNode();
		event.set("data", data);
		event.put("type", create.type().wireName())
			.put("source", "/client")
			.put("id", commandId.toString())
			.put("specversion", EventHeaders.SPECVERSION);
		Headers headers = new RecordHeaders();
		headers.add(EventHeaders.CONTENT_TYPE, Client.bytes(EventHeaders.CLOUDEVENTS_JSON));
		return this.client.send(this.deployment.tenant().topics().commands(Tasks.TYPE), create.key(), headers,
				json.writeValueAsBytes(event));
	}

	@Test
	void aMalformedRecordHoldsUpNeitherItsOwnKeyNorAnother() {
		UUID other = UUID.randomUUID();
		this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH));
		this.client.send(UUID.randomUUID(), create(this.task));
		this.client.send(this.deployment.tenant().topics().commands(Tasks.TYPE), this.task.toString(),
				Client.headers(this.id, "dev.tidemark.task.complete.v1"), Client.bytes("{\"taskid\":\"misspelt\"}"));
		this.client.send(UUID.randomUUID(), create(other));
		// A good command may use the id that the malformed one had.
		RecordMetadata last = this.client.send(this.id, new CompleteTask(this.task));
		this.deployment.start();
		this.client.awaitConsumed(last);
		assertThat(this.deployment.query("select status, version from tasks order by version"))
			.containsExactly("pending|1", "done|2");
		assertThat(this.client.newEvents())
			.filteredOn((event) -> event.topic().equals(this.deployment.tenant().topics().deadLetters(Tasks.TYPE)))
			.singleElement()
			.satisfies((letter) -> assertThat(Client.header(letter, EventHeaders.DLT_DETAIL)).startsWith("taskid"));
	}

	@Test
	void manyCommandsOfOneTaskInABatchAreAsManyVersions() {
		this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH));
		this.client.send(UUID.randomUUID(), create(this.task));
		for (int i = 2; i <= 10; i++) {
			this.client.send(UUID.randomUUID(), new UpdateTask(this.task, Field.given("Title " + i), Field.absent(),
					Field.absent(), Field.absent()));
		}
		this.client.send(UUID.randomUUID(), new DeleteTask(this.task));
		RecordMetadata last = this.client.send(UUID.randomUUID(), create(this.task));
		this.deployment.start();
		this.client.awaitConsumed(last);
		assertThat(versions()).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "1");
	}

	@Test
	void aGroupThatIsSetBackPublishesNothingAgain() throws Exception {
		this.client.send(UUID.randomUUID(), new RegisterUser("amara", HASH));
		this.client.send(UUID.randomUUID(), create(this.task));
		RecordMetadata deletion = this.client.send(UUID.randomUUID(), new DeleteTask(this.task));
		this.deployment.start();
		this.client.awaitConsumed(deletion);
		// In a poll of its own, so that the poll before is known to have been published.
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), create(this.task)));
		this.deployment.stop();
		assertThat(versions()).containsExactly("1", "2", "1");
		setBack();
		RecordMetadata last = this.client.send(UUID.randomUUID(), new CompleteTask(this.task));
		this.deployment.start();
		this.client.awaitConsumed(last);
		// The last poll before cannot be told from one that was not published.
		assertThat(versions()).containsExactly("1", "2");
		assertThat(this.deployment.query("select version, status from tasks")).containsExactly("2|done");
	}

	private void setBack() throws Exception {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", this.deployment.tenant().bootstrapServers()))) {
			admin.alterConsumerGroupOffsets(this.deployment.tenant().groupId(),
					Map.of(new TopicPartition(this.deployment.tenant().topics().commands(Tasks.TYPE), 0),
							new OffsetAndMetadata(0)))
				.all()
				.get();
		}
	}

	private CreateTask create(UUID taskId) {
		return new CreateTask(taskId, "Title 1", "amara", null, TaskStatus.PENDING);
	}

	/** The versions of the task that have been published since the last call. */
	private List<String> versions() {
		return versions(this.client.newEvents());
	}

	private List<String> versions(List<ConsumerRecord<byte[], byte[]>> events) {
		return events.stream()
			.filter((event) -> event.topic().equals(this.deployment.tenant().topics().readModel(Tasks.TYPE)))
			.map((event) -> String.valueOf(Client.header(event, EventHeaders.CE_VERSION)))
			.toList();
	}

}
