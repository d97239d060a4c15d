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
import java.util.UUID;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventType;
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
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.UserCommand;
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
 * while tasks name them: a task that names a user who comes later waits here as it does
 * there, with the same end. For a user's delete that races with tasks, the contract
 * leaves two ends open; which it was is asked of {@code contestedDeletes}.
 */
final class Model {

	private final Map<UUID, Expectation.Task> tasks = new LinkedHashMap<>();

	private final Map<String, Expectation.User> users = new LinkedHashMap<>();

	private final Map<String, List<Expectation.Event>> events = new LinkedHashMap<>();

	private final Map<UUID, Expectation.Rejection> rejections = new LinkedHashMap<>();

	private final Map<Integer, DeadLetterReason> deadLetters = new LinkedHashMap<>();

	/** All commands that have been seen, by their ids. */
	private final Map<UUID, Command> known = new HashMap<>();

	/** For each task, what waits for a user, in order. No queue is empty. */
	private final Map<UUID, Deque<Asked>> waiting = new LinkedHashMap<>();

	private final Map<UUID, Boolean> contestedDeletes;

	/**
	 * Starts with nothing.
	 * @param contestedDeletes for each delete that races with tasks, whether it was
	 * rejected
	 */
	Model(Map<UUID, Boolean> contestedDeletes) {
		this.contestedDeletes = contestedDeletes;
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
		switch (ask.command()) {
			case ResumeTask _ -> {
				// Nobody waits for a user who is there.
			}
			case TaskCommand command -> {
				Deque<Asked> queue = this.waiting.get(command.taskId());
				if (queue != null) {
					queue.add(asked);
				}
				else if (!judge(asked, command, false)) {
					this.waiting.put(command.taskId(), new ArrayDeque<>(List.of(asked)));
				}
			}
			case UserCommand command -> judge(asked, command);
			default -> throw new IllegalArgumentException("The model does not know " + ask.command().type());
		}
	}

	/**
	 * Lets the time of all that waits run out.
	 */
	void expire() {
		drain((queue) -> true, true);
	}

	/**
	 * Returns what must be true now.
	 */
	Expectation expectation() {
		return new Expectation(this.tasks, this.users, this.events, this.rejections, this.deadLetters);
	}

	Expectation.@Nullable Task task(UUID taskId) {
		return this.tasks.get(taskId);
	}

	Expectation.@Nullable User user(String username) {
		return this.users.get(username);
	}

	int waitingTasks() {
		return this.waiting.size();
	}

	private void drain(Predicate<Deque<Asked>> which, boolean timeIsUp) {
		this.waiting.values().removeIf((queue) -> {
			if (which.test(queue)) {
				while (!queue.isEmpty() && judge(queue.element(), queue.element().taskCommand(), timeIsUp)) {
					queue.remove();
				}
			}
			return queue.isEmpty();
		});
	}

	/**
	 * Judges a task's command.
	 * @return whether it is done with, and does not have to wait
	 */
	private boolean judge(Asked asked, TaskCommand command, boolean timeIsUp) {
		Expectation.Task task = this.tasks.get(command.taskId());
		if (command instanceof RepublishTask) {
			republish(asked, task, command.taskId());
			return true;
		}
		if (command instanceof CreateTask create) {
			if (task != null) {
				return reject(asked, Tasks.TYPE.alreadyExists());
			}
			if (!this.users.containsKey(create.username())) {
				return timeIsUp && reject(asked, Users.TYPE.notFound());
			}
			return change(asked,
					new Expectation.Task(create.taskId(), create.title(), create.description(), create.status(),
							create.username(), asked.time(), asked.time(),
							(create.status() == TaskStatus.DONE) ? asked.time() : null, 1));
		}
		if (task == null) {
			return reject(asked, Tasks.TYPE.notFound());
		}
		if (conflicts(asked, task.version())) {
			return reject(asked, RejectionReason.VERSION_CONFLICT);
		}
		return switch (command) {
			case UpdateTask update -> {
				String username = orElse(update.username(), task.username());
				if (!this.users.containsKey(username)) {
					yield timeIsUp && reject(asked, Users.TYPE.notFound());
				}
				yield change(asked,
						with(asked, task, orElse(update.title(), task.title()),
								update.description().isGiven() ? update.description().value() : task.description(),
								orElse(update.status(), task.status()), username));
			}
			case CompleteTask _ -> change(asked, with(asked, task, TaskStatus.DONE));
			case ReopenTask _ -> change(asked, with(asked, task, TaskStatus.PENDING));
			case DeleteTask _ -> {
				this.tasks.remove(task.taskId());
				yield publish(asked, task.taskId().toString(), Tasks.TYPE.tombstone(), task.version() + 1, null);
			}
			case CreateTask _, RepublishTask _, ResumeTask _ -> throw new IllegalStateException("Judged before");
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

	private void judge(Asked asked, UserCommand command) {
		Expectation.User user = this.users.get(command.key());
		switch (command) {
			case RepublishUser republish -> republish(asked, user, republish.username());
			case RegisterUser register -> {
				if (user != null) {
					reject(asked, Users.TYPE.alreadyExists());
					return;
				}
				change(asked, new Expectation.User(register.username(), register.passwordHash().encoded(), asked.time(),
						asked.time(), 1));
				drain((queue) -> true, false);
			}
			case ChangePassword change -> {
				if (user == null) {
					reject(asked, Users.TYPE.notFound());
				}
				else if (conflicts(asked, user.version())) {
					reject(asked, RejectionReason.VERSION_CONFLICT);
				}
				else {
					change(asked, new Expectation.User(user.username(), change.passwordHash().encoded(),
							user.createdAt(), asked.time(), user.version() + 1));
				}
			}
			case DeleteUser delete -> {
				if (user == null) {
					reject(asked, Users.TYPE.notFound());
				}
				else if (conflicts(asked, user.version())) {
					reject(asked, RejectionReason.VERSION_CONFLICT);
				}
				else if (hasTasks(asked, delete)) {
					reject(asked, Users.TYPE.has(Tasks.TYPE));
				}
				else {
					this.users.remove(user.username());
					publish(asked, user.username(), Users.TYPE.tombstone(), user.version() + 1, null);
				}
			}
		}
	}

	private boolean hasTasks(Asked asked, DeleteUser delete) {
		Boolean contested = this.contestedDeletes.get(asked.ask().id());
		return (contested != null) ? contested
				: this.tasks.values().stream().anyMatch((task) -> task.username().equals(delete.username()));
	}

	private static boolean conflicts(Asked asked, long version) {
		Long expected = asked.ask().expectedVersion();
		return expected != null && expected != version;
	}

	private boolean reject(Asked asked, RejectionReason reason) {
		this.rejections.put(asked.ask().id(), new Expectation.Rejection(asked.ask().command().type().wireName(),
				asked.ask().command().key(), asked.time(), asked.ask().passedOn(), reason));
		return true;
	}

	private boolean change(Asked asked, Expectation.Task task) {
		this.tasks.put(task.taskId(), task);
		return publish(asked, task.taskId().toString(), Tasks.TYPE.snapshot(), task.version(), snapshot(task));
	}

	private void change(Asked asked, Expectation.User user) {
		this.users.put(user.username(), user);
		publish(asked, user.username(), Users.TYPE.snapshot(), user.version(), snapshot(user));
	}

	private void republish(Asked asked, Expectation.@Nullable Task task, UUID taskId) {
		if (task != null) {
			publish(asked, taskId.toString(), Tasks.TYPE.snapshot(), task.version(), snapshot(task));
		}
		else {
			publish(asked, taskId.toString(), Tasks.TYPE.tombstone(), null, null);
		}
	}

	private void republish(Asked asked, Expectation.@Nullable User user, String username) {
		if (user != null) {
			publish(asked, username, Users.TYPE.snapshot(), user.version(), snapshot(user));
		}
		else {
			publish(asked, username, Users.TYPE.tombstone(), null, null);
		}
	}

	private boolean publish(Asked asked, String key, EventType type, @Nullable Long version,
			@Nullable ObjectNode data) {
		this.events.computeIfAbsent(key, (_) -> new ArrayList<>())
			.add(new Expectation.Event(type, asked.ask().id(), asked.time(), version, asked.ask().passedOn(), data));
		return true;
	}

	static ObjectNode snapshot(Expectation.Task task) {
		return Envelope.JSON.createObjectNode()
			.put("taskId", task.taskId().toString())
			.put("title", task.title())
			.put("description", task.description())
			.put("status", task.status().wireName())
			.put("username", task.username())
			.put("createdAt", task.createdAt().toString())
			.put("updatedAt", task.updatedAt().toString())
			.put("completedAt", (task.completedAt() != null) ? task.completedAt().toString() : null)
			.put("version", task.version());
	}

	static ObjectNode snapshot(Expectation.User user) {
		return Envelope.JSON.createObjectNode()
			.put("username", user.username())
			.put("createdAt", user.createdAt().toString())
			.put("updatedAt", user.updatedAt().toString())
			.put("version", user.version());
	}

	/**
	 * A command with the time that it counts with.
	 */
	private record Asked(Intent.Ask ask, Instant time) {

		TaskCommand taskCommand() {
			return (TaskCommand) ask().command();
		}

	}

}
