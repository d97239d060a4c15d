package dev.tidemark.worker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.ReopenTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.ResumeTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.UserCommand.RepublishUser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every command of a task in every state that a task can be in, through the real worker.
 * What is the same for every aggregate is in {@link ShippedAggregatesTests}.
 * <p>
 * What the rules decide is in {@code TaskAggregateTests}; here a worker process shows
 * that rows and events say the same.
 */
class CommandOutcomeTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final Deployment deployment = Deployment.prepare(2).start();

	private final Client client = deployment.client();

	private final String user = "user-" + UUID.randomUUID();

	private final UUID task = UUID.randomUUID();

	@AfterAll
	static void close() {
		deployment.close();
	}

	@ParameterizedTest(name = "{0}, {1}: {2}")
	@CsvSource(nullValues = "-", value = {
			// command, state, outcome and version, status and whether there is a done row
			"create, absent, applied 1, pending -", //
			"create, pending, TASK_ALREADY_EXISTS, pending -", //
			"create, done, TASK_ALREADY_EXISTS, done +", //
			"create, deleted, applied 1, pending -", //
			"create in-progress, absent, applied 1, in-progress -", //
			"create done, absent, applied 1, done +", //
			"create for nobody, absent, deferred, -", //
			"create for nobody, pending, TASK_ALREADY_EXISTS, pending -", //
			"update title, absent, TASK_NOT_FOUND, -", //
			"update title, pending, applied 2, pending -", //
			"update title, in-progress, applied 2, in-progress -", //
			"update title, done, applied 2, done +", //
			"update done, pending, applied 2, done +", //
			"update done, done, applied 2, done +", //
			"update pending, done, applied 2, pending -", //
			"update in-progress, done, applied 2, in-progress -", //
			"update for nobody, absent, TASK_NOT_FOUND, -", //
			"update for nobody, pending, deferred, pending -", //
			"update for nobody expecting 7, pending, VERSION_CONFLICT, pending -", //
			"update title expecting 1, pending, applied 2, pending -", //
			"update title expecting 2, pending, VERSION_CONFLICT, pending -", //
			"update title expecting 1, absent, TASK_NOT_FOUND, -", //
			"complete, absent, TASK_NOT_FOUND, -", //
			"complete, pending, applied 2, done +", //
			"complete, in-progress, applied 2, done +", //
			"complete, done, applied 2, done +", //
			"complete expecting 3, done, VERSION_CONFLICT, done +", //
			"reopen, absent, TASK_NOT_FOUND, -", //
			"reopen, pending, applied 2, pending -", //
			"reopen, in-progress, applied 2, pending -", //
			"reopen, done, applied 2, pending -", //
			"reopen expecting 3, done, VERSION_CONFLICT, done +", //
			"delete, absent, TASK_NOT_FOUND, -", //
			"delete, pending, applied 2, -", //
			"delete, done, applied 2, -", //
			"delete, deleted, TASK_NOT_FOUND, -", //
			"delete expecting 3, done, VERSION_CONFLICT, done +", //
			"republish, absent, applied -, -", //
			"republish, pending, applied 1, pending -", //
			"republish, done, applied 1, done +", //
			"republish expecting 9, done, applied 1, done +", //
			"resume, absent, applied -, -", //
			"resume, done, applied -, done +", })
	void aTaskCommand(String command, String state, String outcome, String row) {
		this.client.send(UUID.randomUUID(), new RegisterUser(this.user, HASH));
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RepublishUser(this.user)));
		if (!state.equals("absent")) {
			TaskStatus status = state.equals("deleted") ? TaskStatus.PENDING : TaskStatus.of(state);
			this.client.send(UUID.randomUUID(), new CreateTask(this.task, "Before", this.user, "Text", status));
		}
		if (state.equals("deleted")) {
			this.client.send(UUID.randomUUID(), new DeleteTask(this.task));
		}
		assertThat(outcome(taskCommand(command), command)).isEqualTo(outcome);
		assertThat(deployment.query("""
				select status || case when completed_at is null then ' -' else ' +' end
				from tasks left join dones using (task_id) where task_id = ?
				""", this.task)).isEqualTo(Optional.ofNullable(row).stream().toList());
	}

	@Test
	void aTaskThatIsDoneKeepsItsFirstCompletion() {
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RegisterUser(this.user, HASH)));
		at("2026-01-01T00:00:00Z", new CreateTask(this.task, "Once", this.user, null, TaskStatus.PENDING));
		at("2026-01-02T00:00:00Z", new CompleteTask(this.task));
		at("2026-01-03T00:00:00Z", new CompleteTask(this.task));
		this.client.awaitConsumed(at("2026-01-04T00:00:00Z", new UpdateTask(this.task, Field.absent(), Field.absent(),
				Field.given(TaskStatus.DONE), Field.absent())));
		assertThat(deployment.query(
				"""
						select created_at at time zone 'UTC', completed_at at time zone 'UTC', updated_at at time zone 'UTC', version
						from tasks join dones using (task_id) where task_id = ?
						""",
				this.task))
			.containsExactly("2026-01-01 00:00:00|2026-01-02 00:00:00|2026-01-04 00:00:00|4");
	}

	@Test
	void aMergePatchChangesWhatItGivesAndClearsWhatItNulls() {
		Map<String, @Nullable String> clearing = new HashMap<>();
		clearing.put("taskId", this.task.toString());
		clearing.put("description", null);
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), new RegisterUser(this.user, HASH)));
		this.client.send(UUID.randomUUID(), new CreateTask(this.task, "A", this.user, "Text", TaskStatus.IN_PROGRESS));
		this.client.send(UUID.randomUUID(),
				new UpdateTask(this.task, Field.given("B"), Field.absent(), Field.absent(), Field.absent()));
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), Tasks.UPDATE.read(clearing)));
		List<String> titles = new ArrayList<>();
		for (ConsumerRecord<byte[], byte[]> event : this.client.newEvents()) {
			if (Client.text(event.key()).equals(this.task.toString())) {
				String json = Client.text(event.value());
				titles.add(json.replaceAll(".*\"title\":\"(.*?)\",\"description\":(.*?),\"status\":\"(.*?)\".*",
						"$1 $2 $3"));
			}
		}
		assertThat(titles).containsExactly("A \"Text\" in-progress", "B \"Text\" in-progress", "B null in-progress");
	}

	private RecordMetadata at(String time, Command command) {
		return this.client.send(UUID.randomUUID(), command, EventHeaders.CE_TIME, time);
	}

	/**
	 * Sends a command, and says what came of it: by the log, and by what was published.
	 */
	private String outcome(Command command, String words) {
		UUID id = UUID.randomUUID();
		int expecting = words.indexOf(" expecting ");
		String[] more = (expecting < 0) ? new String[0]
				: new String[] { EventHeaders.CE_EXPECTEDVERSION, words.substring(expecting + " expecting ".length()) };
		this.client.awaitConsumed(this.client.send(id, command, more));
		String logged = deployment.query(
				"select outcome, coalesce(reason, ''), coalesce(version::text, '-') from command_log where command_id = ?",
				id)
			.getFirst();
		List<String> published = this.client.newEvents()
			.stream()
			.map((event) -> String.valueOf(Client.header(event, EventHeaders.CE_ID)))
			.filter((eventId) -> eventId.startsWith(id.toString()))
			.toList();
		String[] columns = logged.split("\\|", -1);
		return switch (columns[0]) {
			case "applied" -> {
				assertThat(published).isEqualTo((command instanceof ResumeTask) ? List.of() : List.of(id + ":applied"));
				yield "applied " + columns[2];
			}
			case "rejected" -> {
				assertThat(published).containsExactly(id + ":rejected");
				yield columns[1];
			}
			default -> {
				assertThat(published).isEmpty();
				yield columns[0];
			}
		};
	}

	private Command taskCommand(String words) {
		return switch (words.replaceFirst(" expecting .*", "")) {
			case "create" -> new CreateTask(this.task, "New", this.user, null, TaskStatus.PENDING);
			case "create in-progress" -> new CreateTask(this.task, "New", this.user, null, TaskStatus.IN_PROGRESS);
			case "create done" -> new CreateTask(this.task, "New", this.user, null, TaskStatus.DONE);
			case "create for nobody" -> new CreateTask(this.task, "New", nobody(), null, TaskStatus.PENDING);
			case "update title" -> update(Field.given("After"), Field.absent(), Field.absent());
			case "update done" -> update(Field.absent(), Field.given(TaskStatus.DONE), Field.absent());
			case "update pending" -> update(Field.absent(), Field.given(TaskStatus.PENDING), Field.absent());
			case "update in-progress" -> update(Field.absent(), Field.given(TaskStatus.IN_PROGRESS), Field.absent());
			case "update for nobody" -> update(Field.absent(), Field.absent(), Field.given(nobody()));
			case "complete" -> new CompleteTask(this.task);
			case "reopen" -> new ReopenTask(this.task);
			case "delete" -> new DeleteTask(this.task);
			case "republish" -> new RepublishTask(this.task);
			case "resume" -> new ResumeTask(this.task);
			default -> throw new IllegalArgumentException(words);
		};
	}

	private UpdateTask update(Field<String> title, Field<TaskStatus> status, Field<String> username) {
		return new UpdateTask(this.task, title, Field.absent(), status, username);
	}

	private String nobody() {
		return "nobody-" + this.task;
	}

}
