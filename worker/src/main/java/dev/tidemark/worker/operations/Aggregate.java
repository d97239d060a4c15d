package dev.tidemark.worker.operations;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.contracts.TaskCommand.RepublishTask;
import dev.tidemark.contracts.TaskSnapshot;
import dev.tidemark.contracts.TaskStatus;
import dev.tidemark.contracts.UserCommand.RepublishUser;
import dev.tidemark.contracts.UserSnapshot;
import dev.tidemark.worker.settings.UsageException;
import dev.tidemark.worker.topics.TopicProperties;

/**
 * What there are rows and snapshots of.
 */
enum Aggregate {

	/** Tasks, with their completions. */
	TASKS(EventType.TASK_SNAPSHOT, TaskSnapshot.class, "tasks", "task_id", """
			select task_id, title, description, status, username, created_at, updated_at, completed_at, version
			from tasks left join dones using (task_id)
			""") {

		@Override
		Snapshot snapshot(ResultSet row) throws SQLException {
			return new TaskSnapshot(row.getObject("task_id", UUID.class), row.getString("title"),
					row.getString("description"), TaskStatus.of(row.getString("status")), row.getString("username"),
					instant(row, "created_at"), instant(row, "updated_at"), nullableInstant(row, "completed_at"),
					row.getLong("version"));
		}

		@Override
		Command republish(String key) {
			UUID taskId = UUID.fromString(key);
			if (!taskId.toString().equals(key)) {
				throw new IllegalArgumentException("not a UUID in lower case: " + key);
			}
			return new RepublishTask(taskId);
		}

		@Override
		String commandTopic(TopicProperties topics) {
			return topics.commands(AggregateType.TASK);
		}

	},

	/** Users; of their hashes nothing is read. */
	USERS(EventType.USER_SNAPSHOT, UserSnapshot.class, "users", "username",
			"select username, created_at, updated_at, version from users") {

		@Override
		Snapshot snapshot(ResultSet row) throws SQLException {
			return new UserSnapshot(row.getString("username"), instant(row, "created_at"), instant(row, "updated_at"),
					row.getLong("version"));
		}

		@Override
		Command republish(String key) {
			return new RepublishUser(key);
		}

		@Override
		String commandTopic(TopicProperties topics) {
			return topics.commands(AggregateType.USER);
		}

	};

	private final EventType type;

	private final Class<? extends Snapshot> snapshotType;

	private final String table;

	private final String keyColumn;

	private final String rows;

	Aggregate(EventType type, Class<? extends Snapshot> snapshotType, String table, String keyColumn, String rows) {
		this.type = type;
		this.snapshotType = snapshotType;
		this.table = table;
		this.keyColumn = keyColumn;
		this.rows = rows;
	}

	static Aggregate of(Arguments arguments) {
		if (arguments.words().size() == 1) {
			for (Aggregate aggregate : values()) {
				if (aggregate.table.equals(arguments.words().getFirst())) {
					return aggregate;
				}
			}
		}
		throw new UsageException("wants to know what: tasks or users");
	}

	/** What the worker publishes of the row that a result set stands at. */
	abstract Snapshot snapshot(ResultSet row) throws SQLException;

	/** A command to publish a snapshot again, whether there is a row or not. */
	abstract Command republish(String key);

	abstract String commandTopic(TopicProperties topics);

	Command checkedRepublish(String key) {
		try {
			return republish(key);
		}
		catch (IllegalArgumentException ex) {
			throw new UsageException("'%s' can be no key of %s".formatted(key, this.table));
		}
	}

	String readModelTopic(TopicProperties topics) {
		return topics.of(this.type);
	}

	EventType type() {
		return this.type;
	}

	Class<? extends Snapshot> snapshotType() {
		return this.snapshotType;
	}

	/** A query for {@link #snapshot}'s rows. */
	String rows() {
		return this.rows;
	}

	String count() {
		return "select count(*) from " + this.table;
	}

	/** A query for keys behind a key, in order, as many as its last parameter says. */
	String keysBehind() {
		return "select %s from %s where %s > ? order by 1 limit ?".formatted(this.keyColumn, this.table,
				this.keyColumn);
	}

	/** A query for the first keys, in order, as many as its parameter says. */
	String firstKeys() {
		return "select %s from %s order by 1 limit ?".formatted(this.keyColumn, this.table);
	}

	@Override
	public String toString() {
		return this.table;
	}

	private static Instant instant(ResultSet row, String column) throws SQLException {
		return Objects.requireNonNull(nullableInstant(row, column));
	}

	private static @Nullable Instant nullableInstant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

}
