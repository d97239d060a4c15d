package dev.tidemark.worker.proof;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.RejectionReason;
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
import dev.tidemark.contracts.user.UserCommand.ChangePassword;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.UserCommand.RepublishUser;
import dev.tidemark.contracts.user.Users;

/**
 * The contract as a plain program: one command after the other, everything in memory,
 * nothing ever fails. Written from the contract alone.
 * <p>
 * The order between keys is the caller's. It matters only where a user comes or goes
 * while tasks and posts name them: one that names a user who comes later waits here as it
 * does there, with the same end. For a user's delete that races with tasks and posts, the
 * contract leaves more than one end open; which it was is for {@code verdicts} to say.
 */
final class Model {

	/**
	 * What a user may have, in the order in which it is asked when the user is to go. The
	 * contract's order, said once more: it would not do to ask the contract's code.
	 */
	private static final List<AggregateType> POSSESSIONS = List.of(Tasks.TYPE, Posts.TYPE);

	private final Map<Key, Expectation.Row> rows = new LinkedHashMap<>();

	private final Map<Key, List<Expectation.Event>> events = new LinkedHashMap<>();

	private final Map<UUID, Expectation.Rejection> rejections = new LinkedHashMap<>();

	private final Map<Integer, DeadLetterReason> deadLetters = new LinkedHashMap<>();

	/** All commands that have been seen, by their ids. */
	private final Map<UUID, Command> known = new HashMap<>();

	/** For each aggregate, what waits for a user, in order. No queue is empty. */
	private final Map<Key, Deque<Asked>> waiting = new LinkedHashMap<>();

	private final Map<UUID, Optional<RejectionReason>> verdicts;

	private int published;

	/**
	 * Starts with nothing.
	 * @param verdicts for each delete that races with tasks or posts, why it was
	 * rejected, or nothing if it was applied
	 */
	Model(Map<UUID, Optional<RejectionReason>> verdicts) {
		this.verdicts = verdicts;
	}

	/**
	 * Takes a record that can never be a command.
	 * @param number the number of its order
	 * @param poison what is wrong with it
	 */
	void take(int number, Intent.Poison poison) {
		this.deadLetters.put(number, poison.reason());
	}

	/**
	 * Takes the next command.
	 * @param number the number of its order
	 * @param ask the command
	 * @param timestamp the timestamp of its record
	 */
	void take(int number, Intent.Ask ask, Instant timestamp) {
		Command first = this.known.putIfAbsent(ask.id(), ask.command());
		if (first != null) {
			if (first.type() != ask.command().type() || !first.data().equals(ask.command().data())) {
				this.deadLetters.put(number, DeadLetterReason.ID_REUSED);
			}
			return;
		}
		Instant time = Objects.requireNonNullElse(ask.time(), timestamp).truncatedTo(ChronoUnit.MICROS);
		Asked asked = new Asked(ask, time);
		if (ask.command() instanceof ResumeTask || ask.command() instanceof ResumePost) {
			// Nobody waits for a user who is there.
			return;
		}
		Deque<Asked> queue = this.waiting.get(asked.key());
		if (queue != null) {
			queue.add(asked);
		}
		else if (!judge(asked, false)) {
			this.waiting.put(asked.key(), new ArrayDeque<>(List.of(asked)));
		}
		else if (ask.command() instanceof RegisterUser) {
			drain(false);
		}
	}

	/**
	 * Lets the time of all that waits run out.
	 */
	void expire() {
		drain(true);
	}

	/**
	 * Returns what must be true now.
	 */
	Expectation expectation() {
		return new Expectation(this.rows, this.events, this.rejections, this.deadLetters);
	}

	Expectation.@Nullable Row row(Key key) {
		return this.rows.get(key);
	}

	/**
	 * Returns how many aggregates have commands that wait.
	 */
	int waiting() {
		return this.waiting.size();
	}

	private void drain(boolean timeIsUp) {
		this.waiting.values().removeIf((queue) -> {
			while (!queue.isEmpty() && judge(queue.element(), timeIsUp)) {
				queue.remove();
			}
			return queue.isEmpty();
		});
	}

	/**
	 * Judges a command.
	 * @return whether it is done with, and does not have to wait
	 */
	private boolean judge(Asked asked, boolean timeIsUp) {
		Expectation.Row row = this.rows.get(asked.key());
		return switch (asked.command()) {
			case RepublishTask _, RepublishPost _, RepublishUser _ -> republish(asked, row);
			case CreateTask _, CreatePost _, RegisterUser _ -> {
				if (row != null) {
					yield reject(asked, asked.key().type().alreadyExists());
				}
				yield isNobodyMissing(asked) ? change(asked, created(asked))
						: timeIsUp && reject(asked, Users.TYPE.notFound());
			}
			default -> {
				if (row == null) {
					yield reject(asked, asked.key().type().notFound());
				}
				if (conflicts(asked, row.version())) {
					yield reject(asked, RejectionReason.VERSION_CONFLICT);
				}
				yield switch (asked.command()) {
					case DeleteTask _, DeletePost _ -> delete(asked, row);
					case DeleteUser _ ->
						whyNotGone(asked).map((reason) -> reject(asked, reason)).orElseGet(() -> delete(asked, row));
					default -> isNobodyMissing(asked) ? change(asked, changed(row, asked))
							: timeIsUp && reject(asked, Users.TYPE.notFound());
				};
			}
		};
	}

	/** Tells whether the user is there whom a command names, if it names one. */
	private boolean isNobodyMissing(Asked asked) {
		Field<String> named = switch (asked.command()) {
			case CreateTask create -> Field.given(create.username());
			case CreatePost create -> Field.given(create.username());
			case UpdateTask update -> update.username();
			case UpdatePost update -> update.username();
			default -> Field.absent();
		};
		return !named.isGiven() || this.rows.containsKey(Key.user(named.value()));
	}

	private Optional<RejectionReason> whyNotGone(Asked asked) {
		Optional<RejectionReason> verdict = this.verdicts.get(asked.ask().id());
		return (verdict != null) ? verdict
				: POSSESSIONS.stream()
					.filter((type) -> this.rows.values()
						.stream()
						.anyMatch((row) -> row.key().type() == type && asked.key().equals(row.user())))
					.findFirst()
					.map(Users.TYPE::has);
	}

	private static boolean conflicts(Asked asked, long version) {
		Long expected = asked.ask().expectedVersion();
		return expected != null && expected != version;
	}

	// what becomes of rows

	private static Expectation.Row created(Asked asked) {
		Instant time = asked.time();
		return switch (asked.command()) {
			case CreateTask create ->
				new Expectation.Task(create.taskId(), create.title(), create.description(), create.status(),
						create.username(), time, time, (create.status() == TaskStatus.DONE) ? time : null, 1);
			case CreatePost create ->
				new Expectation.Post(create.postId(), create.title(), create.text(), create.username(), time, time, 1);
			case RegisterUser register ->
				new Expectation.User(register.username(), register.passwordHash().encoded(), time, time, 1);
			default -> throw new IllegalArgumentException("The model does not know " + asked.command().type());
		};
	}

	private static Expectation.Row changed(Expectation.Row row, Asked asked) {
		return switch (row) {
			case Expectation.Task task -> switch (asked.command()) {
				case UpdateTask update -> with(asked, task, orElse(update.title(), task.title()),
						update.description().isGiven() ? update.description().value() : task.description(),
						orElse(update.status(), task.status()), orElse(update.username(), task.username()));
				case CompleteTask _ -> with(asked, task, TaskStatus.DONE);
				case ReopenTask _ -> with(asked, task, TaskStatus.PENDING);
				default -> throw new IllegalArgumentException("The model does not know " + asked.command().type());
			};
			case Expectation.Post post -> {
				UpdatePost update = (UpdatePost) asked.command();
				yield new Expectation.Post(post.postId(), orElse(update.title(), post.title()),
						update.text().isGiven() ? update.text().value() : post.text(),
						orElse(update.username(), post.username()), post.createdAt(), asked.time(), post.version() + 1);
			}
			case Expectation.User user -> {
				ChangePassword change = (ChangePassword) asked.command();
				yield new Expectation.User(user.username(), change.passwordHash().encoded(), user.createdAt(),
						asked.time(), user.version() + 1);
			}
		};
	}

	private static <T> T orElse(Field<T> field, T present) {
		return field.isGiven() ? field.value() : present;
	}

	private static Expectation.Task with(Asked asked, Expectation.Task task, TaskStatus status) {
		return with(asked, task, task.title(), task.description(), status, task.username());
	}

	private static Expectation.Task with(Asked asked, Expectation.Task task, String title, @Nullable String description,
			TaskStatus status, String username) {
		Instant firstCompletion = (task.completedAt() != null) ? task.completedAt() : asked.time();
		return new Expectation.Task(task.taskId(), title, description, status, username, task.createdAt(), asked.time(),
				(status == TaskStatus.DONE) ? firstCompletion : null, task.version() + 1);
	}

	// what comes of commands: each is done with

	private boolean reject(Asked asked, RejectionReason reason) {
		this.rejections.put(asked.ask().id(), new Expectation.Rejection(asked.command().type().wireName(),
				asked.key().text(), asked.time(), asked.ask().passedOn(), reason));
		return true;
	}

	private boolean change(Asked asked, Expectation.Row row) {
		this.rows.put(row.key(), row);
		return publish(asked, row.key().type().snapshot(), row.version(), snapshot(row));
	}

	private boolean delete(Asked asked, Expectation.Row row) {
		this.rows.remove(row.key());
		return publish(asked, row.key().type().tombstone(), row.version() + 1, null);
	}

	private boolean republish(Asked asked, Expectation.@Nullable Row row) {
		return (row != null) ? publish(asked, row.key().type().snapshot(), row.version(), snapshot(row))
				: publish(asked, asked.key().type().tombstone(), null, null);
	}

	private boolean publish(Asked asked, EventType type, @Nullable Long version, @Nullable ObjectNode data) {
		this.events.computeIfAbsent(asked.key(), (_) -> new ArrayList<>())
			.add(new Expectation.Event(this.published++, type, asked.ask().id(), asked.time(), version,
					asked.ask().passedOn(), data));
		return true;
	}

	static ObjectNode snapshot(Expectation.Row row) {
		ObjectNode snapshot = Envelope.JSON.createObjectNode();
		return switch (row) {
			case Expectation.Task task -> snapshot.put("taskId", task.taskId().toString())
				.put("title", task.title())
				.put("description", task.description())
				.put("status", task.status().wireName())
				.put("username", task.username())
				.put("createdAt", task.createdAt().toString())
				.put("updatedAt", task.updatedAt().toString())
				.put("completedAt", (task.completedAt() != null) ? task.completedAt().toString() : null)
				.put("version", task.version());
			case Expectation.Post post -> snapshot.put("postId", post.postId().toString())
				.put("title", post.title())
				.put("text", post.text())
				.put("username", post.username())
				.put("createdAt", post.createdAt().toString())
				.put("updatedAt", post.updatedAt().toString())
				.put("version", post.version());
			case Expectation.User user -> snapshot.put("username", user.username())
				.put("createdAt", user.createdAt().toString())
				.put("updatedAt", user.updatedAt().toString())
				.put("version", user.version());
		};
	}

	/**
	 * A command with the time that it counts with.
	 */
	private record Asked(Intent.Ask ask, Instant time) {

		Command command() {
			return ask().command();
		}

		Key key() {
			return Key.of(command());
		}

	}

}
