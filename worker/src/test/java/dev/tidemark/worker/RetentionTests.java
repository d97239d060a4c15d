package dev.tidemark.worker;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the log of commands lets go of, and what it keeps.
 * <p>
 * A worker process and a real database, since rows are locked and old by its clock; the
 * margin and the walk are in {@code CommandLogRetentionTests}.
 */
class RetentionTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private final Deployment deployment = Deployment.prepare(1, "TIDEMARK_PURGE_EVERY", "500ms", "TIDEMARK_PURGE_PAGES",
			"1", "TIDEMARK_PURGE_PAUSE", "10ms", "TIDEMARK_DEFER_SWEEP", "1s");

	private final Client client = this.deployment.client();

	@AfterEach
	void close() {
		this.deployment.close();
	}

	@Test
	void oldCommandsAreForgottenAFewAtATimeAndYoungerOnesAreNot() {
		countSteps();
		insertOldCommands(2_000);
		this.deployment.execute("insert into command_log (command_id, topic, partition, record_offset, type, key, "
				+ "fingerprint, commanded_at, outcome, logged_at) select gen_random_uuid(), 'young', 0, n, 'type', 'key', "
				+ "0, now(), " + "'applied', now() - interval '13 days 23 hours' from generate_series(1, 500) n");
		this.deployment.start();
		awaitForgotten("topic = 'old'");
		assertThat(this.deployment.query("select count(*) from command_log where topic = 'young'"))
			.containsExactly("500");
		assertThat(this.deployment.query("select sum(forgotten), max(forgotten) < 200, count(*) > 10 from steps"))
			.containsExactly("2000|t|t");
		Awaitility.await()
			.until(() -> this.deployment.worker().output().contains("Purged 2000 commands older than 14d"));
	}

	@Test
	void theLastPollOfAPartitionIsKnownHoweverOldItIs() throws Exception {
		this.deployment.start();
		register("amara");
		for (int i = 0; i < 5; i++) {
			this.client.awaitConsumed(this.client.send(UUID.randomUUID(), task("amara")));
		}
		UUID id = UUID.randomUUID();
		RecordMetadata last = this.client.send(id, task("amara"));
		this.client.awaitConsumed(last);
		this.deployment.execute("update command_log set logged_at = now() - interval '1 year'");
		awaitForgotten("type like '%.task.%' and command_id <> '" + id + "'");
		this.deployment.stop();
		this.client.newEvents();
		// As if the poll had been decided, but not acknowledged.
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", this.deployment.tenant().bootstrapServers()))) {
			admin
				.alterConsumerGroupOffsets(this.deployment.tenant().groupId(),
						Map.of(new TopicPartition(last.topic(), last.partition()),
								new OffsetAndMetadata(last.offset())))
				.all()
				.get();
		}
		this.deployment.start();
		this.client.awaitConsumed(last);
		assertThat(this.client.newEvents()).singleElement()
			.satisfies((event) -> assertThat(Client.header(event, "ce_id")).isEqualTo(id + ":applied"));
	}

	@Test
	void whatWaitsIsKeptAndThenGoesWithTheResumeThatTookItUp() {
		this.deployment.start();
		UUID waiting = UUID.randomUUID();
		this.client.awaitConsumed(this.client.send(waiting, task("amara")));
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), task("nobody")));
		this.deployment.execute("update command_log set logged_at = now() - interval '1 year'");
		aWalkLater();
		assertThat(this.deployment.query("select outcome from command_log where command_id = ?", waiting))
			.containsExactly("deferred");
		register("amara");
		Awaitility.await()
			.until(() -> this.deployment
				.query("select r.type from command_log l join command_log r on r.command_id = l.resumed_by "
						+ "where l.outcome = 'applied'")
				.equals(List.of("dev.tidemark.task.resume.v1")));
		register("yusuf");
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), task("yusuf")));
		aWalkLater();
		assertThat(this.deployment.query("select outcome from command_log where command_id = ?", waiting))
			.containsExactly("applied");
		this.deployment
			.execute("update command_log set logged_at = now() - interval '1 year' where type like '%resume%'");
		awaitForgotten("command_id = '" + waiting + "' or type like '%resume%'");
	}

	@Test
	void aRowThatSomebodyHoldsIsPassedOver() throws SQLException {
		insertOldCommands(500);
		try (Connection batch = this.deployment.tenant().database().connect();
				Statement statement = batch.createStatement()) {
			batch.setAutoCommit(false);
			statement.execute("select from command_log where record_offset = 250 for update");
			this.deployment.start();
			awaitForgotten("topic = 'old' and record_offset <> 250");
			aWalkLater();
			assertThat(this.deployment.query("select from pg_locks where not granted")).isEmpty();
			assertThat(this.deployment.query("select record_offset from command_log where topic = 'old'"))
				.containsExactly("250");
			batch.rollback();
		}
		awaitForgotten("topic = 'old'");
	}

	@Test
	void workersPurgeSideBySideWhileCommandsComeIn() {
		this.deployment.start();
		register("amara");
		try (WorkerProcess other = WorkerProcess.start(environment())) {
			other.awaitReady();
			insertOldCommands(20_000);
			List<RecordMetadata> sent = new ArrayList<>();
			do {
				sent.add(this.client.send(UUID.randomUUID(), task("amara")));
			}
			while (isKnown("topic = 'old'"));
			this.client.awaitConsumed(sent.toArray(RecordMetadata[]::new));
			assertThat(this.deployment.query("select count(*) from tasks"))
				.containsExactly(Integer.toString(sent.size()));
			assertThat(
					this.deployment.query("select deadlocks from pg_stat_database where datname = current_database()"))
				.containsExactly("0");
			assertThat(other.output()).doesNotContain("waits");
			assertThat(this.deployment.worker().output()).doesNotContain("waits");
		}
	}

	@Test
	void theStartSaysNothingWhenTheLogRemembersWhatCanBeRead() throws IOException {
		WorkerProcess worker = this.deployment.start().worker();
		assertThat(worker.output()).doesNotContain("TIDEMARK_COMMAND_LOG_RETENTION");
		assertThat(margins(worker)).hasSize(Catalogue.installed().aggregates().size()).containsOnly("0.0");
	}

	@ParameterizedTest
	@CsvSource(nullValues = "null", textBlock = """
			10d, null,    keeps records for up to 14d (retention.ms and segment.ms together), 10d, -345600.0
			14d, 2592000000, keeps records for up to 37d (retention.ms and segment.ms together), 14d, -1987200.0
			14d, -1,      keeps records for ever,                                             14d, -Inf
			""")
	void theStartSaysSoWhenCommandsAreForgottenThatCanStillBeRead(String retention, String topicRetention, String found,
			String kept, String margin) throws Exception {
		String topic = this.deployment.tenant().topics().commands(Tasks.TYPE);
		if (topicRetention != null) {
			setRetention(topic, topicRetention);
		}
		WorkerProcess worker = this.deployment.start(Map.of("TIDEMARK_COMMAND_LOG_RETENTION", retention)).awaitReady();
		assertThat(worker.output().lines().filter((line) -> line.contains("TIDEMARK_COMMAND_LOG_RETENTION"))).first()
			.asString()
			.contains("WARN", topic + " " + found + ", and the command log only for " + kept + ": ");
		assertThat(margins(worker)).contains(margin);
	}

	private void setRetention(String topic, String milliseconds) throws Exception {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", this.deployment.tenant().bootstrapServers()))) {
			admin
				.incrementalAlterConfigs(
						Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic),
								List.of(new AlterConfigOp(new ConfigEntry("retention.ms", milliseconds),
										AlterConfigOp.OpType.SET))))
				.all()
				.get();
		}
	}

	private static List<String> margins(WorkerProcess worker) throws IOException {
		return worker.get("/actuator/prometheus")
			.body()
			.lines()
			.filter((line) -> line.startsWith("tidemark_command_log_margin_seconds{"))
			.map((line) -> line.substring(line.lastIndexOf(' ') + 1))
			.toList();
	}

	private Map<String, String> environment() {
		Map<String, String> environment = new HashMap<>(this.deployment.tenant().environment());
		environment.put("TIDEMARK_PURGE_EVERY", "500ms");
		environment.put("TIDEMARK_PURGE_PAGES", "1");
		environment.put("TIDEMARK_PURGE_PAUSE", "10ms");
		return environment;
	}

	private void register(String username) {
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RegisterUser(username, HASH)));
	}

	private static CreateTask task(String username) {
		return new CreateTask(UUID.randomUUID(), "Title", username, null, TaskStatus.PENDING);
	}

	/** Has every statement that deletes from the log say how many rows it was. */
	private void countSteps() {
		this.deployment.execute("create table steps (forgotten bigint)");
		this.deployment.execute("create function note_step() returns trigger language plpgsql as $$ begin "
				+ "insert into steps select count(*) from gone having count(*) > 0; return null; end $$");
		this.deployment.execute("create trigger note_step after delete on command_log "
				+ "referencing old table as gone for each statement execute function note_step()");
	}

	private void insertOldCommands(int count) {
		this.deployment.execute("insert into command_log (command_id, topic, partition, record_offset, type, key, "
				+ "fingerprint, commanded_at, outcome, logged_at) select gen_random_uuid(), 'old', 0, n, 'type', 'key', "
				+ "0, now(), " + "'applied', now() - interval '14 days 1 minute' from generate_series(1, " + count
				+ ") n");
	}

	private boolean isKnown(String condition) {
		return !this.deployment.query("select from command_log where " + condition + " limit 1").isEmpty();
	}

	private void awaitForgotten(String condition) {
		Awaitility.await().until(() -> !isKnown(condition));
	}

	/** Returns when the whole log has been walked over once more. */
	private void aWalkLater() {
		for (int i = 0; i < 2; i++) {
			insertOldCommands(1);
			awaitForgotten("topic = 'old' and record_offset = 1");
		}
	}

}
