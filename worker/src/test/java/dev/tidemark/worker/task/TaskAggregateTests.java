package dev.tidemark.worker.task;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.task.TaskCommand;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.ReopenTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.ResumeTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.aggregate.InHand;
import dev.tidemark.worker.aggregate.StoredAggregates;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.Outcome.Applied;
import dev.tidemark.worker.outcome.Outcome.Deferred;
import dev.tidemark.worker.outcome.Outcome.Rejected;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.state.RecordedWrites;
import dev.tidemark.worker.user.StoredUsers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What the rules make of each command of a task, in each state that the task can be in.
 */
class TaskAggregateTests {

	private static final RecordedWrites database = StoredAggregates.database();

	private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

	private final UUID task = UUID.randomUUID();

	@AfterAll
	static void close() {
		database.close();
	}

	@ParameterizedTest(name = "{0} expecting {1}, {2}: {3}")
	@CsvSource(nullValues = "-", value = {
			// command, expected version, state (at version 4 where there is a task),
			// outcome,
			// what the table is told
			"create, -, absent, pending 1, insert", //
			"create, 4, absent, pending 1, insert", //
			"create, -, pending, TASK_ALREADY_EXISTS, -", //
			"create, -, in-progress, TASK_ALREADY_EXISTS, -", //
			"create, -, done, TASK_ALREADY_EXISTS, -", //
			"create in-progress, -, absent, in-progress 1, insert", //
			"create done, -, absent, done 1, insert with its completion", //
			"create for nobody, -, absent, waits for nobody, -", //
			"create for nobody, -, pending, TASK_ALREADY_EXISTS, -", //
			"update title, -, absent, TASK_NOT_FOUND, -", //
			"update title, -, pending, pending 5, update", //
			"update title, -, in-progress, in-progress 5, update", //
			"update title, -, done, done 5, update", //
			"update nothing new, -, pending, pending 5, update", //
			"update pending, -, pending, pending 5, update", //
			"update in-progress, -, pending, in-progress 5, update", //
			"update done, -, pending, done 5, update and complete", //
			"update done, -, done, done 5, update", //
			"update pending, -, done, pending 5, update and reopen", //
			"update in-progress, -, done, in-progress 5, update and reopen", //
			"update user, -, pending, pending 5, update", //
			"update for nobody, -, pending, waits for nobody, -", //
			"update for nobody, -, absent, TASK_NOT_FOUND, -", //
			"update for nobody, 3, pending, VERSION_CONFLICT, -", //
			"update title, 4, pending, pending 5, update", //
			"update title, 3, pending, VERSION_CONFLICT, -", //
			"update title, 5, pending, VERSION_CONFLICT, -", //
			"update title, 4, absent, TASK_NOT_FOUND, -", //
			"complete, -, absent, TASK_NOT_FOUND, -", //
			"complete, -, pending, done 5, update and complete", //
			"complete, -, in-progress, done 5, update and complete", //
			"complete, -, done, done 5, update", //
			"complete, 4, pending, done 5, update and complete", //
			"complete, 0, pending, VERSION_CONFLICT, -", //
			"reopen, -, absent, TASK_NOT_FOUND, -", //
			"reopen, -, pending, pending 5, update", //
			"reopen, -, in-progress, pending 5, update", //
			"reopen, -, done, pending 5, update and reopen", //
			"reopen, 3, done, VERSION_CONFLICT, -", //
			"delete, -, absent, TASK_NOT_FOUND, -", //
			"delete, -, pending, gone 5, delete", //
			"delete, -, done, gone 5, delete", //
			"delete, 4, in-progress, gone 5, delete", //
			"delete, 5, in-progress, VERSION_CONFLICT, -", //
			"republish, -, absent, gone -, -", //
			"republish, -, pending, pending 4, -", //
			"republish, -, done, done 4, -", //
			"republish, 9, done, done 4, -" })
	void aCommandIsDecidedByTheStateOfItsTask(String command, @Nullable Long expectedVersion, String state,
			String outcome, @Nullable String written) {
		InHand batch = state.equals("absent") ? none() : one(TaskStatus.of(state), 4);
		assertThat(inAWord(decide(batch, command(command), expectedVersion))).isEqualTo(outcome);
		assertThat(database.of(batch::write)).isEqualTo(statements((written != null) ? written : "nothing"));
	}

	@Test
	void aSnapshotShowsWhatThePatchHasChangedAndWhatItHasNot() {
		InHand batch = one(TaskStatus.PENDING, 1);
		Outcome outcome = decide(batch, new UpdateTask(this.task, Field.given("New"), Field.absent(),
				Field.given(TaskStatus.DONE), Field.absent()), null);
		assertThat(snapshot(outcome)).isEqualTo(
				new TaskSnapshot(this.task, "New", "Text", TaskStatus.DONE, "amara", StoredTasks.CREATED, AT, AT, 2));
	}

	@Test
	void aTaskThatIsDoneKeepsItsCompletionWhenItIsCompletedAgain() {
		InHand batch = one(TaskStatus.DONE, 2);
		TaskSnapshot snapshot = snapshot(decide(batch, new CompleteTask(this.task), null));
		assertThat(snapshot.completedAt()).isEqualTo(StoredTasks.CREATED);
		assertThat(snapshot.updatedAt()).isEqualTo(AT);
	}

	@Test
	void aTaskThatIsReopenedAndCompletedInOneBatchHasItsNewCompletionWritten() {
		InHand batch = one(TaskStatus.DONE, 2);
		decide(batch, new ReopenTask(this.task), null);
		assertThat(snapshot(decide(batch, new CompleteTask(this.task), null)).completedAt()).isEqualTo(AT);
		assertThat(database.of(batch::write)).containsExactly("update tasks [%s]".formatted(this.task),
				"update dones [%s]".formatted(this.task));
	}

	@Test
	void aTaskThatComesAndGoesInOneBatchIsNotWritten() {
		InHand batch = none();
		decide(batch, command("create done"), null);
		assertThat(inAWord(decide(batch, new DeleteTask(this.task), 1L))).isEqualTo("gone 2");
		assertThat(database.of(batch::write)).isEmpty();
	}

	@Test
	void aTaskThatIsDeletedAndCreatedAgainBeginsAtVersionOne() {
		InHand batch = one(TaskStatus.DONE, 9);
		decide(batch, new DeleteTask(this.task), null);
		assertThat(inAWord(decide(batch, command("create"), null))).isEqualTo("pending 1");
		assertThat(database.of(batch::write)).containsExactly("update tasks [%s]".formatted(this.task),
				"delete dones [%s]".formatted(this.task));
	}

	@Test
	void commandsOfOneBatchSeeWhatTheOnesBeforeHaveLeft() {
		InHand batch = none();
		decide(batch, command("create"), null);
		assertThat(inAWord(decide(batch, command("update title"), 1L))).isEqualTo("pending 2");
		assertThat(inAWord(decide(batch, command("complete"), 1L))).isEqualTo("VERSION_CONFLICT");
		assertThat(inAWord(decide(batch, command("complete"), 2L))).isEqualTo("done 3");
	}

	@Test
	void aRejectionSaysTheStateThatWasFound() {
		InHand batch = one(TaskStatus.PENDING, 4);
		assertThat(decide(batch, command("create"), null))
			.isEqualTo(new Rejected(Tasks.TYPE.alreadyExists(), "task %s exists, at version 4".formatted(this.task)));
		assertThat(decide(batch, command("delete"), 7L)).isEqualTo(
				new Rejected(RejectionReason.VERSION_CONFLICT, "task %s is at version 4, not 7".formatted(this.task)));
		UUID other = UUID.randomUUID();
		assertThat(decide(batch, new DeleteTask(other), null))
			.isEqualTo(new Rejected(Tasks.TYPE.notFound(), "task %s does not exist".formatted(other)));
	}

	@Test
	void whatIsRejectedOrDeferredHasChangedNothing() {
		InHand batch = one(TaskStatus.PENDING, 4);
		ReadModel before = batch.readModel(new AggregateKey(Tasks.TYPE, this.task.toString()));
		for (String command : List.of("create", "update for nobody")) {
			decide(batch, command(command), null);
		}
		decide(batch, command("delete"), 3L);
		assertThat(batch.readModel(new AggregateKey(Tasks.TYPE, this.task.toString()))).isEqualTo(before);
	}

	@ParameterizedTest
	@EnumSource
	void onlyTheStatusDoneHasACompletion(TaskStatus status) {
		InHand batch = none();
		Outcome outcome = decide(batch, new CreateTask(this.task, "New", "amara", null, status), null);
		assertThat(snapshot(outcome).completedAt()).isEqualTo((status == TaskStatus.DONE) ? AT : null);
	}

	@Test
	void whoseTaskIsInHandCannotBeDeleted() {
		InHand batch = one(TaskStatus.PENDING, 1);
		assertThat(inAWord(decide(batch, new DeleteUser("amara"), null))).isEqualTo("USER_HAS_TASKS");
		decide(batch, command("update user"), null);
		assertThat(inAWord(decide(batch, new DeleteUser("ليلى"), null))).isEqualTo("USER_HAS_TASKS");
		assertThat(inAWord(decide(batch, new DeleteUser("amara"), null))).isEqualTo("gone 2");
		decide(batch, command("delete"), null);
		assertThat(inAWord(decide(batch, new DeleteUser("ليلى"), null))).isEqualTo("gone 2");
	}

	@Test
	void aResumeIsNotForTheTaskToDecide() {
		assertThatIllegalArgumentException().isThrownBy(() -> decide(none(), new ResumeTask(this.task), null));
	}

	/** Where there are users, and no task. */
	private static InHand none() {
		return users().inHand();
	}

	private InHand one(TaskStatus status, long version) {
		return StoredTasks.add(users(), this.task, "amara", status, version).inHand();
	}

	private static StoredAggregates users() {
		return StoredUsers.add(new StoredAggregates(), "amara", "ليلى");
	}

	private static Outcome decide(InHand batch, Command command, @Nullable Long expectedVersion) {
		return batch.decide(command, AT, expectedVersion);
	}

	private static TaskSnapshot snapshot(Outcome outcome) {
		assertThat(outcome).isInstanceOf(Applied.class);
		return (TaskSnapshot) Objects.requireNonNull(((Applied) outcome).readModel().snapshot());
	}

	private static String inAWord(Outcome outcome) {
		return switch (outcome) {
			case Applied(ReadModel(var type, var version, var snapshot)) -> {
				assertThat(type.wireName()).endsWith((snapshot != null) ? ".snapshot.v1" : ".deleted.v1");
				String status = (snapshot instanceof TaskSnapshot task) ? task.status().wireName() : "gone";
				yield status + " " + ((version != null) ? version : "-");
			}
			case Rejected(var reason, var _) -> reason.name();
			case Deferred(AggregateKey(var type, var key)) -> {
				assertThat(type).isEqualTo(Users.TYPE);
				yield "waits for " + key;
			}
		};
	}

	private List<String> statements(String words) {
		return switch (words) {
			case "nothing" -> List.of();
			case "insert" -> List.of("insert tasks [%s]".formatted(this.task));
			case "insert with its completion" ->
				List.of("insert tasks [%s]".formatted(this.task), "insert dones [%s]".formatted(this.task));
			case "update" -> List.of("update tasks [%s]".formatted(this.task));
			case "update and complete" ->
				List.of("update tasks [%s]".formatted(this.task), "insert dones [%s]".formatted(this.task));
			case "update and reopen" ->
				List.of("update tasks [%s]".formatted(this.task), "delete dones [%s]".formatted(this.task));
			case "delete" -> List.of("delete tasks [%s]".formatted(this.task));
			default -> throw new IllegalArgumentException(words);
		};
	}

	private TaskCommand command(String words) {
		return switch (words) {
			case "create" -> create("amara", TaskStatus.PENDING);
			case "create in-progress" -> create("amara", TaskStatus.IN_PROGRESS);
			case "create done" -> create("amara", TaskStatus.DONE);
			case "create for nobody" -> create("nobody", TaskStatus.PENDING);
			case "update title" -> update(Field.given("New"), Field.absent(), Field.absent());
			case "update nothing new" -> update(Field.given("Stored"), Field.absent(), Field.given("amara"));
			case "update pending" -> update(Field.absent(), Field.given(TaskStatus.PENDING), Field.absent());
			case "update in-progress" -> update(Field.absent(), Field.given(TaskStatus.IN_PROGRESS), Field.absent());
			case "update done" -> update(Field.absent(), Field.given(TaskStatus.DONE), Field.absent());
			case "update user" -> update(Field.absent(), Field.absent(), Field.given("ليلى"));
			case "update for nobody" -> update(Field.absent(), Field.absent(), Field.given("nobody"));
			case "complete" -> new CompleteTask(this.task);
			case "reopen" -> new ReopenTask(this.task);
			case "delete" -> new DeleteTask(this.task);
			case "republish" -> new RepublishTask(this.task);
			default -> throw new IllegalArgumentException(words);
		};
	}

	private CreateTask create(String username, TaskStatus status) {
		return new CreateTask(this.task, "New", username, null, status);
	}

	private UpdateTask update(Field<String> title, Field<TaskStatus> status, Field<String> username) {
		return new UpdateTask(this.task, title, Field.absent(), status, username);
	}

}
