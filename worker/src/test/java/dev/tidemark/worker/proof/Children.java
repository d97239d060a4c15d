package dev.tidemark.worker.proof;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.post.PostCommand.CreatePost;
import dev.tidemark.contracts.post.PostCommand.DeletePost;
import dev.tidemark.contracts.post.PostCommand.RepublishPost;
import dev.tidemark.contracts.post.PostCommand.ResumePost;
import dev.tidemark.contracts.post.PostCommand.UpdatePost;
import dev.tidemark.contracts.post.Posts;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.ReopenTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.ResumeTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;

/**
 * Makes commands of one of the types of aggregates that have a user, so that a workload
 * can do with all of them what it does with one.
 */
abstract sealed class Children {

	final SplittableRandom random;

	private Children(SplittableRandom random) {
		this.random = random;
	}

	static Children tasks(SplittableRandom random) {
		return new OfTasks(random);
	}

	static Children posts(SplittableRandom random) {
		return new OfPosts(random);
	}

	abstract AggregateType type();

	abstract Command create(UUID id, String username);

	/**
	 * Returns an update of any fields.
	 * @param username the user that it names, if any
	 */
	abstract Command update(UUID id, Field<String> username);

	/**
	 * Returns the change that is asked for most often. It needs nobody.
	 */
	abstract Command change(UUID id);

	/**
	 * Returns what undoes that change.
	 */
	abstract Command changeBack(UUID id);

	abstract Command delete(UUID id);

	abstract Command republish(UUID id);

	abstract Command resume(UUID id);

	final Field<String> anyTitle() {
		return this.random.nextBoolean() ? Field.given(Texts.title(this.random)) : Field.absent();
	}

	final @Nullable String anyTextOrNone() {
		return this.random.nextBoolean() ? Texts.description(this.random) : null;
	}

	final Field<@Nullable String> anyText() {
		return switch (this.random.nextInt(4)) {
			case 0 -> cleared();
			case 1 -> Field.given(Texts.description(this.random));
			default -> Field.absent();
		};
	}

	@SuppressWarnings("NullAway") // which does not look at what the type argument allows
	private static Field<@Nullable String> cleared() {
		return Field.given(null);
	}

	private static final class OfTasks extends Children {

		private static final List<TaskStatus> STATUSES = List.of(TaskStatus.values());

		private OfTasks(SplittableRandom random) {
			super(random);
		}

		@Override
		AggregateType type() {
			return Tasks.TYPE;
		}

		@Override
		Command create(UUID id, String username) {
			return new CreateTask(id, Texts.title(this.random), username, anyTextOrNone(),
					(this.random.nextInt(3) == 0) ? anyStatus() : TaskStatus.PENDING);
		}

		@Override
		Command update(UUID id, Field<String> username) {
			Field<String> title = anyTitle();
			Field<@Nullable String> description = anyText();
			boolean nothingYet = !title.isGiven() && !description.isGiven() && !username.isGiven();
			Field<TaskStatus> status = (nothingYet || this.random.nextInt(4) == 0) ? Field.given(anyStatus())
					: Field.absent();
			return new UpdateTask(id, title, description, status, username);
		}

		private TaskStatus anyStatus() {
			return STATUSES.get(this.random.nextInt(STATUSES.size()));
		}

		@Override
		Command change(UUID id) {
			return new CompleteTask(id);
		}

		@Override
		Command changeBack(UUID id) {
			return new ReopenTask(id);
		}

		@Override
		Command delete(UUID id) {
			return new DeleteTask(id);
		}

		@Override
		Command republish(UUID id) {
			return new RepublishTask(id);
		}

		@Override
		Command resume(UUID id) {
			return new ResumeTask(id);
		}

	}

	private static final class OfPosts extends Children {

		private OfPosts(SplittableRandom random) {
			super(random);
		}

		@Override
		AggregateType type() {
			return Posts.TYPE;
		}

		@Override
		Command create(UUID id, String username) {
			return new CreatePost(id, Texts.title(this.random), username, anyTextOrNone());
		}

		@Override
		Command update(UUID id, Field<String> username) {
			Field<@Nullable String> text = anyText();
			Field<String> title = (text.isGiven() || username.isGiven()) ? anyTitle()
					: Field.given(Texts.title(this.random));
			return new UpdatePost(id, title, text, username);
		}

		@Override
		Command change(UUID id) {
			return update(id, Field.absent());
		}

		@Override
		Command changeBack(UUID id) {
			return new UpdatePost(id, Field.absent(), cleared(), Field.absent());
		}

		@Override
		Command delete(UUID id) {
			return new DeletePost(id);
		}

		@Override
		Command republish(UUID id) {
			return new RepublishPost(id);
		}

		@Override
		Command resume(UUID id) {
			return new ResumePost(id);
		}

	}

}
