package dev.tidemark.benchmark;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An endless, seeded stream of commands, the same at every run, and what they come to.
 * <p>
 * Half of the commands create a task, a quarter updates one, a fifth completes one, and
 * one in twenty deletes one; one in two hundred of those that need a task names one that
 * is gone, and is to be rejected. One command in two hundred comes twice.
 */
final class Workload {

	/** How many users there are, before the first command. */
	static final int USERS = 1_000;

	/** The time of the command with the number 0. */
	static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

	private static final long SEED = 7;

	private static final List<String> ALPHABETS = List.of("abcdefghijklmnopqrstuvwxyz    ", "ÄÖÜäöüßéèñçø ",
			"Ωλφπ άέή ", "日本語東京都漢字", "🌊🐚🦀⛵👩🚀", "שלום مرحبا ");

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final List<String> USERNAMES = IntStream.range(0, USERS)
		.mapToObj((number) -> "user-%04d-%s".formatted(number,
				(number % 3 == 0) ? "Ωλφ" : (number % 3 == 1) ? "佐藤" : "ada"))
		.toList();

	private final Shape shape;

	/** Never deleted. */
	private final UUID hotTask;

	private final SplittableRandom random = new SplittableRandom(SEED);

	private final Map<UUID, ExpectedTask> tasks = new HashMap<>();

	private final UUID[] gone = new UUID[100];

	private int goneCount;

	private int created;

	private int deleted;

	private long commands;

	private long rejections;

	private long versions;

	Workload(Shape shape) {
		this.shape = shape;
		this.hotTask = shape.keys().task(0);
		this.created = shape.prefilled();
	}

	/**
	 * Returns a user's key.
	 * @param number from 0 up to {@link #USERS}
	 */
	static String username(int number) {
		return USERNAMES.get(number);
	}

	/** Returns how many tasks there were before the first command. */
	int prefilled() {
		return this.shape.prefilled();
	}

	/** Makes the next command, and keeps in mind what it comes to. */
	TimedCommand next() {
		long number = this.commands++;
		Instant time = EPOCH.plus(number * 1_009, ChronoUnit.MICROS);
		int kind = this.random.nextInt(100);
		if (this.shape.hotKey() && this.created > 0 && this.random.nextBoolean()) {
			return update(number, this.hotTask, time);
		}
		if (this.shape.createOnly() || kind < 50 || this.created - this.deleted < 10) {
			return create(number, time);
		}
		UUID task = (this.goneCount > 0 && this.random.nextInt(200) == 0)
				? this.gone[this.random.nextInt(Math.min(this.goneCount, this.gone.length))] : existing();
		if (kind < 75) {
			return update(number, task, time);
		}
		return (kind < 95 || task.equals(this.hotTask)) ? complete(number, task, time) : delete(number, task, time);
	}

	private UUID existing() {
		while (true) {
			UUID task = this.shape.keys().task(this.random.nextInt(this.created));
			ExpectedTask expected = this.tasks.get(task);
			if (expected == null) {
				this.tasks.put(task, ExpectedTask.prefilled());
				return task;
			}
			if (!expected.deleted) {
				return task;
			}
		}
	}

	private TimedCommand create(long number, Instant time) {
		UUID task = this.shape.keys().task(this.created++);
		String title = text(1, 40);
		String description = description();
		String username = username(this.random.nextInt(USERS));
		Map<String, @Nullable String> data = new LinkedHashMap<>();
		data.put("taskId", task.toString());
		data.put("title", title);
		data.put("username", username);
		if (description != null) {
			data.put("description", description);
		}
		this.tasks.put(task, new ExpectedTask(title, description, username, time));
		this.versions++;
		return new TimedCommand(this.shape.keys().command(number), "dev.tidemark.task.create.v1", task, time,
				JSON.writeValueAsBytes(data));
	}

	private TimedCommand update(long number, UUID task, Instant time) {
		Map<String, @Nullable String> data = new LinkedHashMap<>();
		data.put("taskId", task.toString());
		int which = this.random.nextInt(4);
		String title = (which < 2) ? text(1, 40) : null;
		if (title != null) {
			data.put("title", title);
		}
		boolean describes = which == 1 || which == 2 || this.shape.descriptionBytes() > 0;
		String description = describes ? description() : null;
		if (describes) {
			data.put("description", description);
		}
		String status = (which == 3) ? "in-progress" : null;
		if (status != null) {
			data.put("status", status);
		}
		ExpectedTask expected = changing(task);
		if (expected != null) {
			if (title != null) {
				expected.title = title.hashCode();
			}
			if (describes) {
				expected.describe(description);
			}
			if (status != null) {
				expected.become(status, time);
			}
			expected.changed(time);
		}
		return new TimedCommand(this.shape.keys().command(number), "dev.tidemark.task.update.v1", task, time,
				JSON.writeValueAsBytes(data));
	}

	private TimedCommand complete(long number, UUID task, Instant time) {
		ExpectedTask expected = changing(task);
		if (expected != null) {
			expected.become("done", time);
			expected.changed(time);
		}
		return new TimedCommand(this.shape.keys().command(number), "dev.tidemark.task.complete.v1", task, time,
				JSON.writeValueAsBytes(Map.of("taskId", task.toString())));
	}

	private TimedCommand delete(long number, UUID task, Instant time) {
		ExpectedTask expected = changing(task);
		if (expected != null) {
			expected.deleted = true;
			expected.changed(time);
			this.deleted++;
			this.gone[this.goneCount++ % this.gone.length] = task;
		}
		return new TimedCommand(this.shape.keys().command(number), "dev.tidemark.task.delete.v1", task, time,
				JSON.writeValueAsBytes(Map.of("taskId", task.toString())));
	}

	/** The task that a command changes; null if it is gone, which makes a rejection. */
	private @Nullable ExpectedTask changing(UUID task) {
		ExpectedTask expected = this.tasks.get(task);
		if (expected == null || expected.deleted) {
			this.rejections++;
			return null;
		}
		this.versions++;
		return expected;
	}

	private @Nullable String description() {
		if (this.shape.descriptionBytes() > 0) {
			return "0123456789".repeat(this.shape.descriptionBytes() / 10);
		}
		return (this.random.nextInt(10) < 6) ? text(1, 200) : null;
	}

	private String text(int from, int to) {
		int[] alphabet = ALPHABETS.get(this.random.nextInt(ALPHABETS.size())).codePoints().toArray();
		int length = this.random.nextInt(from, to);
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < length; i++) {
			text.appendCodePoint(alphabet[this.random.nextInt(alphabet.length)]);
		}
		return text.toString();
	}

	/** Whether the record that holds a command is sent once more. */
	static boolean comesTwice(TimedCommand command) {
		return (new SplittableRandom(Keys.number(command.id())).nextLong() & 0xffff) < 0x10000 / 200;
	}

	/** The tasks that commands have touched so far, by key. */
	Map<UUID, ExpectedTask> tasks() {
		return this.tasks;
	}

	/** How many rows there must be. */
	long rows() {
		return (long) this.created - this.deleted;
	}

	/** What it is made of. */
	Shape shape() {
		return this.shape;
	}

	/** How many commands there were, duplicates not counted. */
	long commands() {
		return this.commands;
	}

	/** How many read-model events there must be. */
	long versions() {
		return this.versions;
	}

	/** How many rejections there must be. */
	long rejections() {
		return this.rejections;
	}

}
