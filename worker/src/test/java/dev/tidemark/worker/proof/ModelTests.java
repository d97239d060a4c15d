package dev.tidemark.worker.proof;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.post.PostCommand.CreatePost;
import dev.tidemark.contracts.post.PostCommand.DeletePost;
import dev.tidemark.contracts.post.PostCommand.RepublishPost;
import dev.tidemark.contracts.post.PostCommand.UpdatePost;
import dev.tidemark.contracts.post.Posts;
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

		assertThat(versions(Key.task(TASK))).containsExactly(1L, 2L, 3L, 1L);
		assertThat(this.model.expectation().events().get(Key.task(TASK))).extracting(Expectation.Event::type)
			.containsExactly(Tasks.TYPE.snapshot(), Tasks.TYPE.snapshot(), Tasks.TYPE.tombstone(),
					Tasks.TYPE.snapshot());
	}

	@Test
	void keepsTheFirstCompletion() {
		take(register("ann"), create("ann"), new CompleteTask(TASK), new CompleteTask(TASK), status(TaskStatus.DONE));

		assertThat(task()).satisfies((task) -> {
			assertThat(task.status()).isEqualTo(TaskStatus.DONE);
			assertThat(task.completedAt()).isEqualTo(START.plusSeconds(3));
			assertThat(task.updatedAt()).isEqualTo(START.plusSeconds(5));
		});
	}

	@Test
	void forgetsTheCompletionOnReopening() {
		take(register("ann"), create("ann"), status(TaskStatus.DONE), new ReopenTask(TASK));

		assertThat(task()).satisfies((task) -> {
			assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
			assertThat(task.completedAt()).isNull();
		});
	}

	@Test
	void cutsTimesToMicroseconds() {
		Intent.Ask ask = new Intent.Ask(UUID.randomUUID(), Instant.parse("2026-03-01T10:00:00.123456789Z"), null,
				Map.of(), register("ann"));

		this.model.take(this.asked, ask, START);

		assertThat(this.model.row(Key.user("ann"))).isInstanceOfSatisfying(Expectation.User.class,
				(user) -> assertThat(user.createdAt()).isEqualTo(Instant.parse("2026-03-01T10:00:00.123456Z")));
	}

	@Test
	void ignoresDuplicates() {
		Intent.Ask ask = ask(register("ann"), null);

		this.model.take(1, ask, START);
		this.model.take(2, new Intent.Ask(ask.id(), START, 7L, Map.of(), register("ann")), START.plusSeconds(9));

		assertThat(versions(Key.user("ann"))).containsExactly(1L);
		assertThat(this.model.expectation().deadLetters()).isEmpty();
	}

	@Test
	void buriesWhatHasTheIdOfAnother() {
		Intent.Ask ask = ask(register("ann"), null);

		this.model.take(1, ask, START);
		this.model.take(2, new Intent.Ask(ask.id(), START, null, Map.of(), new DeleteUser("ann")), START);
		this.model.take(3, new Intent.Ask(ask.id(), START, null, Map.of(), register("bob")), START);

		assertThat(versions(Key.user("ann"))).containsExactly(1L);
		assertThat(this.model.row(Key.user("bob"))).isNull();
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

		assertThat(versions(Key.task(TASK))).containsExactly(1L, 2L, 3L);
		assertThat(this.model.waiting()).isZero();
		assertThat(this.model.expectation().rejections()).isEmpty();
	}

	@Test
	void letsATaskWaitForOneUserAfterTheOther() {
		take(create("ann"), rename("bob"), register("ann"));

		assertThat(task().username()).isEqualTo("ann");
		assertThat(this.model.waiting()).isOne();

		take(register("bob"));

		assertThat(task().username()).isEqualTo("bob");
	}

	@Test
	void knowsATaskFromAPostWithTheSameId() {
		take(register("ann"), create("ann"), publish("bob"), new CompleteTask(TASK), update("ann"));

		assertThat(this.model.waiting()).isOne();
		assertThat(versions(Key.task(TASK))).containsExactly(1L, 2L);

		take(register("bob"));

		assertThat(this.model.waiting()).isZero();
		assertThat(versions(Key.post(TASK))).containsExactly(1L, 2L);
		assertThat(this.model.row(Key.post(TASK))).isNotNull()
			.extracting(Expectation.Row::user)
			.isEqualTo(Key.user("ann"));
	}

	@Test
	void changesAndClearsAPost() {
		take(register("ann"), publish("ann"),
				new UpdatePost(TASK, Field.given("Another title"), Field.absent(), Field.absent()));

		assertThat(this.model.row(Key.post(TASK))).isEqualTo(new Expectation.Post(TASK, "Another title", "Any text",
				"ann", START.plusSeconds(2), START.plusSeconds(3), 2));

		take(new UpdatePost(TASK, Field.absent(), cleared(), Field.absent()));

		assertThat(this.model.row(Key.post(TASK))).isEqualTo(new Expectation.Post(TASK, "Another title", null, "ann",
				START.plusSeconds(2), START.plusSeconds(4), 3));

		take(new DeletePost(TASK), new RepublishPost(TASK));

		assertThat(versions(Key.post(TASK))).containsExactly(1L, 2L, 3L, 4L, null);
	}

	@Test
	void namesPostsInTheReasons() {
		take(register("ann"), publish("ann"));

		assertThat(reason(publish("nobody"), null)).isEqualTo(Posts.TYPE.alreadyExists());
		assertThat(reason(new DeletePost(UUID.randomUUID()), 7L)).isEqualTo(Posts.TYPE.notFound());
		assertThat(reason(update("nobody"), 7L)).isEqualTo(RejectionReason.VERSION_CONFLICT);
		assertThat(reason(new DeleteUser("ann"), 1L)).isEqualTo(Users.TYPE.has(Posts.TYPE));
	}

	@Test
	void judgesTheTasksOfAUserBeforeThePosts() {
		take(register("ann"), publish("ann"), create("ann"));

		assertThat(reason(new DeleteUser("ann"), null)).isEqualTo(Users.TYPE.has(Tasks.TYPE));

		take(new DeleteTask(TASK));

		assertThat(reason(new DeleteUser("ann"), null)).isEqualTo(Users.TYPE.has(Posts.TYPE));

		take(new DeletePost(TASK));

		assertThat(reason(new DeleteUser("ann"), null)).isNull();
	}

	@Test
	void judgesWhatWaitedByTheStateWhenTimeIsUp() {
		take(create("nobody"), new CompleteTask(TASK), new RepublishTask(TASK));

		this.model.expire();

		assertThat(this.model.expectation().rejections().values()).extracting(Expectation.Rejection::reason)
			.containsExactly(Users.TYPE.notFound(), Tasks.TYPE.notFound());
		assertThat(versions(Key.task(TASK))).containsExactly((Long) null);
	}

	@Test
	void republishesWithTheVersionAsItStands() {
		take(register("ann"), new RepublishUser("ann"), new RepublishUser("nobody"));

		assertThat(versions(Key.user("ann"))).containsExactly(1L, 1L);
		assertThat(versions(Key.user("nobody"))).containsExactly((Long) null);
	}

	@Test
	void takesTheWitnessesWordForAContestedDelete() {
		Intent.Ask delete = ask(new DeleteUser("ann"), null);
		Intent.Ask other = ask(new DeleteUser("bob"), null);
		Model model = new Model(
				Map.of(delete.id(), Optional.of(Users.TYPE.has(Posts.TYPE)), other.id(), Optional.empty()));

		model.take(1, ask(register("ann"), null), START);
		model.take(2, ask(register("bob"), null), START);
		model.take(3, ask(create("bob"), null), START);
		model.take(4, delete, START);
		model.take(5, other, START);

		assertThat(model.expectation().rejections()).containsOnlyKeys(delete.id())
			.extractingByKey(delete.id())
			.extracting(Expectation.Rejection::reason)
			.isEqualTo(Users.TYPE.has(Posts.TYPE));
		assertThat(model.row(Key.user("ann"))).isNotNull();
		assertThat(model.row(Key.user("bob"))).isNull();
	}

	private Expectation.Task task() {
		return (Expectation.Task) Objects.requireNonNull(this.model.row(Key.task(TASK)));
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

	private List<@Nullable Long> versions(Key key) {
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

	private static CreatePost publish(String username) {
		return new CreatePost(TASK, "Any title", username, "Any text");
	}

	private static UpdatePost update(String username) {
		return new UpdatePost(TASK, Field.absent(), Field.absent(), Field.given(username));
	}

	@SuppressWarnings("NullAway") // which does not look at what the type argument allows
	private static Field<@Nullable String> cleared() {
		return Field.given(null);
	}

	private static UpdateTask rename(String username) {
		return new UpdateTask(TASK, Field.absent(), Field.absent(), Field.absent(), Field.given(username));
	}

	private static UpdateTask status(TaskStatus status) {
		return new UpdateTask(TASK, Field.absent(), Field.absent(), Field.given(status), Field.absent());
	}

}
