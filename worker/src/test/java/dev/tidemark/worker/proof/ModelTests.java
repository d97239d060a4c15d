package dev.tidemark.worker.proof;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.ReopenTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.ChangePassword;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.UserCommand.RepublishUser;
import dev.tidemark.contracts.user.Users;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract in small, so that the model may be trusted with more.
 */
class ModelTests {

	private static final UUID TASK = UUID.fromString("7a1b0f6e-1111-4222-8333-444455556666");

	private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

	private static final PasswordHash HASH = new PasswordHash("$2a$10$" + "a".repeat(53));

	private final Model model = new Model(Map.of());

	private int asked;

	@Test
	void countsVersionsFromCreateToDeleteAndStartsAgain() {
		take(register("ann"), create("ann"), new CompleteTask(TASK), new DeleteTask(TASK), create("ann"));

		assertThat(versions(TASK.toString())).containsExactly(1L, 2L, 3L, 1L);
		assertThat(this.model.expectation().events().get(TASK.toString())).extracting(Expectation.Event::type)
			.containsExactly(Tasks.TYPE.snapshot(), Tasks.TYPE.snapshot(), Tasks.TYPE.tombstone(),
					Tasks.TYPE.snapshot());
	}

	@Test
	void keepsTheFirstCompletion() {
		take(register("ann"), create("ann"), new CompleteTask(TASK), new CompleteTask(TASK), status(TaskStatus.DONE));

		assertThat(this.model.task(TASK)).isNotNull().satisfies((task) -> {
			assertThat(task.status()).isEqualTo(TaskStatus.DONE);
			assertThat(task.completedAt()).isEqualTo(START.plusSeconds(3));
			assertThat(task.updatedAt()).isEqualTo(START.plusSeconds(5));
		});
	}

	@Test
	void forgetsTheCompletionOnReopening() {
		take(register("ann"), create("ann"), status(TaskStatus.DONE), new ReopenTask(TASK));

		assertThat(this.model.task(TASK)).isNotNull().satisfies((task) -> {
			assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
			assertThat(task.completedAt()).isNull();
		});
	}

	@Test
	void cutsTimesToMicroseconds() {
		Intent.Ask ask = new Intent.Ask(UUID.randomUUID(), Instant.parse("2026-03-01T10:00:00.123456789Z"), null,
				Map.of(), register("ann"));

		this.model.take(this.asked, ask, START);

		assertThat(this.model.user("ann")).isNotNull()
			.extracting(Expectation.User::createdAt)
			.isEqualTo(Instant.parse("2026-03-01T10:00:00.123456Z"));
	}

	@Test
	void ignoresDuplicates() {
		Intent.Ask ask = ask(register("ann"), null);

		this.model.take(1, ask, START);
		this.model.take(2, new Intent.Ask(ask.id(), START, 7L, Map.of(), register("ann")), START.plusSeconds(9));

		assertThat(versions("ann")).containsExactly(1L);
		assertThat(this.model.expectation().deadLetters()).isEmpty();
	}

	@Test
	void buriesWhatHasTheIdOfAnother() {
		Intent.Ask ask = ask(register("ann"), null);

		this.model.take(1, ask, START);
		this.model.take(2, new Intent.Ask(ask.id(), START, null, Map.of(), new DeleteUser("ann")), START);
		this.model.take(3, new Intent.Ask(ask.id(), START, null, Map.of(), register("bob")), START);

		assertThat(versions("ann")).containsExactly(1L);
		assertThat(this.model.user("bob")).isNull();
		assertThat(this.model.expectation().deadLetters()).containsOnly(Map.entry(2, DeadLetterReason.ID_REUSED),
				Map.entry(3, DeadLetterReason.ID_REUSED));
	}

	@Test
	void givesTheFirstReasonThatHolds() {
		take(register("ann"), create("ann"));

		assertThat(reason(create("nobody"), null)).isEqualTo(Tasks.TYPE.alreadyExists());
		assertThat(reason(register("ann"), null)).isEqualTo(Users.TYPE.alreadyExists());
		assertThat(reason(new CompleteTask(UUID.randomUUID()), 7L)).isEqualTo(Tasks.TYPE.notFound());
		assertThat(reason(new ChangePassword("nobody", HASH), 7L)).isEqualTo(Users.TYPE.notFound());
		assertThat(reason(rename("nobody"), 7L)).isEqualTo(RejectionReason.VERSION_CONFLICT);
		assertThat(reason(new DeleteUser("ann"), 7L)).isEqualTo(RejectionReason.VERSION_CONFLICT);
		assertThat(reason(new DeleteUser("ann"), 1L)).isEqualTo(Users.TYPE.has(Tasks.TYPE));
	}

	@Test
	void letsTasksWaitInOrderForTheirUser() {
		take(create("ann"), new CompleteTask(TASK), new DeleteTask(TASK), register("ann"));

		assertThat(versions(TASK.toString())).containsExactly(1L, 2L, 3L);
		assertThat(this.model.waitingTasks()).isZero();
		assertThat(this.model.expectation().rejections()).isEmpty();
	}

	@Test
	void letsATaskWaitForOneUserAfterTheOther() {
		take(create("ann"), rename("bob"), register("ann"));

		assertThat(this.model.task(TASK)).isNotNull().extracting(Expectation.Task::username).isEqualTo("ann");
		assertThat(this.model.waitingTasks()).isOne();

		take(register("bob"));

		assertThat(this.model.task(TASK)).isNotNull().extracting(Expectation.Task::username).isEqualTo("bob");
	}

	@Test
	void judgesWhatWaitedByTheStateWhenTimeIsUp() {
		take(create("nobody"), new CompleteTask(TASK), new RepublishTask(TASK));

		this.model.expire();

		assertThat(this.model.expectation().rejections().values()).extracting(Expectation.Rejection::reason)
			.containsExactly(Users.TYPE.notFound(), Tasks.TYPE.notFound());
		assertThat(versions(TASK.toString())).containsExactly((Long) null);
	}

	@Test
	void republishesWithTheVersionAsItStands() {
		take(register("ann"), new RepublishUser("ann"), new RepublishUser("nobody"));

		assertThat(versions("ann")).containsExactly(1L, 1L);
		assertThat(versions("nobody")).containsExactly((Long) null);
	}

	@Test
	void takesTheWitnessesWordForAContestedDelete() {
		Intent.Ask delete = ask(new DeleteUser("ann"), null);
		Model model = new Model(Map.of(delete.id(), true));

		model.take(1, ask(register("ann"), null), START);
		model.take(2, delete, START);

		assertThat(model.expectation().rejections()).containsKey(delete.id());
		assertThat(model.user("ann")).isNotNull();
	}

	private void take(Command... commands) {
		for (Command command : commands) {
			this.model.take(this.asked, ask(command, null), START);
		}
	}

	private @Nullable RejectionReason reason(Command command, @Nullable Long expectedVersion) {
		Intent.Ask ask = ask(command, expectedVersion);
		this.model.take(this.asked, ask, START);
		Expectation.Rejection rejection = this.model.expectation().rejections().get(ask.id());
		return (rejection != null) ? rejection.reason() : null;
	}

	/**
	 * Asks one second after the last time.
	 */
	private Intent.Ask ask(Command command, @Nullable Long expectedVersion) {
		this.asked++;
		return new Intent.Ask(UUID.randomUUID(), START.plusSeconds(this.asked), expectedVersion, Map.of(), command);
	}

	private List<@Nullable Long> versions(String key) {
		return this.model.expectation()
			.events()
			.getOrDefault(key, List.of())
			.stream()
			.<@Nullable Long>map(Expectation.Event::version)
			.toList();
	}

	private static RegisterUser register(String username) {
		return new RegisterUser(username, HASH);
	}

	private static CreateTask create(String username) {
		return new CreateTask(TASK, "Any title", username, null, TaskStatus.PENDING);
	}

	private static UpdateTask rename(String username) {
		return new UpdateTask(TASK, Field.absent(), Field.absent(), Field.absent(), Field.given(username));
	}

	private static UpdateTask status(TaskStatus status) {
		return new UpdateTask(TASK, Field.absent(), Field.absent(), Field.given(status), Field.absent());
	}

}
