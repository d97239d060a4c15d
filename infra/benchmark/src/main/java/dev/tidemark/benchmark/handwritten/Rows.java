package dev.tidemark.benchmark.handwritten;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

import dev.tidemark.benchmark.handwritten.HandWrittenLoop.Logged;

/**
 * The rows that a poll touches: three reads and at most six writes, each of one statement
 * with arrays, whatever the number of rows.
 */
final class Rows {

	/** Times travel as microseconds since 1970: numbers are cheap on both sides. */
	private static final String TIME = "timestamptz 'epoch' + %1$s * interval '1 microsecond'";

	private static final long NONE = Long.MIN_VALUE;

	private final Connection connection;

	private final PreparedStatement findLog;

	private final PreparedStatement findTasks;

	private final PreparedStatement findUsers;

	private final PreparedStatement insertTasks;

	private final PreparedStatement updateTasks;

	private final PreparedStatement deleteTasks;

	private final PreparedStatement insertDones;

	private final PreparedStatement deleteDones;

	private final PreparedStatement insertLog;

	final Map<UUID, Logged> log = new HashMap<>();

	final List<Logged> newLog = new ArrayList<>();

	final Map<UUID, TaskRow> tasks = new HashMap<>();

	final Set<String> users = new HashSet<>();

	final Set<TaskRow> changed = new LinkedHashSet<>();

	Rows(Connection connection) throws SQLException {
		this.connection = connection;
		this.findLog = connection.prepareStatement("""
				select command_id, partition, record_offset, reason, version, superseded from command_log
				where command_id = any(?)
				""");
		this.findTasks = connection.prepareStatement("""
				select task_id, title, description, status, username, created_at, updated_at, completed_at, version
				from tasks left join dones using (task_id) where task_id = any(?)
				""");
		this.findUsers = connection.prepareStatement("select username from users where username = any(?)");
		this.insertTasks = connection.prepareStatement("""
				insert into tasks (task_id, title, description, status, username, created_at, updated_at, version)
				select id, title, description, status, username, %s, %s, version
				from (select unnest(?::uuid[]) as id, unnest(?::text[]) as title, unnest(?::text[]) as description,
					unnest(?::text[]) as status, unnest(?::text[]) as username, unnest(?::bigint[]) as created,
					unnest(?::bigint[]) as updated, unnest(?::bigint[]) as version) as t
				""".formatted(TIME.formatted("created"), TIME.formatted("updated")));
		this.updateTasks = connection.prepareStatement("""
				update tasks set title = t.title, description = t.description, status = t.status, username = t.username,
					created_at = %s, updated_at = %s, version = t.version
				from (select unnest(?::uuid[]) as id, unnest(?::text[]) as title, unnest(?::text[]) as description,
					unnest(?::text[]) as status, unnest(?::text[]) as username, unnest(?::bigint[]) as created,
					unnest(?::bigint[]) as updated, unnest(?::bigint[]) as version) as t
				where tasks.task_id = t.id
				""".formatted(TIME.formatted("created"), TIME.formatted("updated")));
		this.deleteTasks = connection.prepareStatement("delete from tasks where task_id = any(?)");
		this.insertDones = connection.prepareStatement("""
				insert into dones (task_id, completed_at)
				select id, %s from (select unnest(?::uuid[]) as id, unnest(?::bigint[]) as completed) as t
				on conflict (task_id) do update set completed_at = excluded.completed_at
				""".formatted(TIME.formatted("completed")));
		this.deleteDones = connection.prepareStatement("delete from dones where task_id = any(?)");
		this.insertLog = connection.prepareStatement(
				"""
						insert into command_log (command_id, topic, partition, record_offset, type, key, fingerprint, commanded_at,
							outcome, reason, detail, version, superseded)
						select id, topic, partition, record_offset, type, key, 0, %s,
							case when reason is null then 'applied' else 'rejected' end, reason, reason,
							case when version >= 0 then version end, superseded
						from (select unnest(?::uuid[]) as id, unnest(?::text[]) as topic, unnest(?::integer[]) as partition,
							unnest(?::bigint[]) as record_offset, unnest(?::text[]) as type, unnest(?::text[]) as key,
							unnest(?::bigint[]) as time, unnest(?::text[]) as reason, unnest(?::bigint[]) as version,
							unnest(?::text[]) as superseded) as t
						"""
					.formatted(TIME.formatted("time")));
	}

	void load(Collection<UUID> ids, Collection<UUID> taskIds, Collection<String> usernames) throws SQLException {
		this.log.clear();
		this.newLog.clear();
		this.tasks.clear();
		this.users.clear();
		this.changed.clear();
		this.findLog.setArray(1, this.connection.createArrayOf("uuid", ids.toArray()));
		try (ResultSet row = this.findLog.executeQuery()) {
			while (row.next()) {
				UUID id = row.getObject(1, UUID.class);
				Logged logged = new Logged(id, "", row.getInt(2), row.getLong(3), "", id, Instant.EPOCH);
				logged.reason = row.getString(4);
				logged.version = row.getLong(5);
				logged.superseded = row.getString(6);
				this.log.put(id, logged);
			}
		}
		this.findTasks.setArray(1, this.connection.createArrayOf("uuid", taskIds.toArray()));
		try (ResultSet row = this.findTasks.executeQuery()) {
			while (row.next()) {
				TaskRow task = new TaskRow(row.getObject(1, UUID.class));
				task.stored = true;
				task.title = row.getString(2);
				task.description = row.getString(3);
				task.status = row.getString(4);
				task.username = row.getString(5);
				task.createdAt = row.getObject(6, OffsetDateTime.class).toInstant();
				task.updatedAt = row.getObject(7, OffsetDateTime.class).toInstant();
				OffsetDateTime completed = row.getObject(8, OffsetDateTime.class);
				task.storedDone = completed != null;
				task.completedAt = task.storedDone ? completed.toInstant() : null;
				task.storedCompletedAt = task.completedAt;
				task.version = row.getLong(9);
				this.tasks.put(task.id, task);
			}
		}
		if (!usernames.isEmpty()) {
			this.findUsers.setArray(1, this.connection.createArrayOf("text", usernames.toArray()));
			try (ResultSet row = this.findUsers.executeQuery()) {
				while (row.next()) {
					this.users.add(row.getString(1));
				}
			}
		}
	}

	void write() throws SQLException {
		List<TaskRow> inserts = new ArrayList<>();
		List<TaskRow> updates = new ArrayList<>();
		List<TaskRow> deletes = new ArrayList<>();
		List<TaskRow> newDones = new ArrayList<>();
		List<TaskRow> oldDones = new ArrayList<>();
		for (TaskRow task : this.changed) {
			if (task.deleted) {
				if (task.stored) {
					deletes.add(task);
				}
				continue;
			}
			(task.stored ? updates : inserts).add(task);
			if (task.completedAt == null && task.storedDone) {
				oldDones.add(task);
			}
			else if (task.completedAt != null && !task.completedAt.equals(task.storedCompletedAt)) {
				newDones.add(task);
			}
		}
		writeTasks(this.insertTasks, inserts);
		writeTasks(this.updateTasks, updates);
		new Arrays<>(this.insertDones, newDones).uuids((task) -> task.id)
			.longs((task) -> micros(task.completedAt))
			.execute();
		new Arrays<>(this.deleteDones, oldDones).uuids((task) -> task.id).execute();
		new Arrays<>(this.deleteTasks, deletes).uuids((task) -> task.id).execute();
		new Arrays<>(this.insertLog, this.newLog).uuids((logged) -> logged.id)
			.texts((logged) -> logged.topic)
			.integers((logged) -> logged.partition)
			.longs((logged) -> logged.offset)
			.texts((logged) -> logged.type)
			.texts((logged) -> logged.key.toString())
			.longs((logged) -> micros(logged.time))
			.texts((logged) -> logged.reason)
			.longs((logged) -> logged.version)
			.texts((logged) -> logged.superseded)
			.execute();
		this.connection.commit();
	}

	private void writeTasks(PreparedStatement statement, List<TaskRow> rows) throws SQLException {
		new Arrays<>(statement, rows).uuids((task) -> task.id)
			.texts((task) -> task.title)
			.texts((task) -> task.description)
			.texts((task) -> task.status)
			.texts((task) -> task.username)
			.longs((task) -> micros(task.createdAt))
			.longs((task) -> micros(task.updatedAt))
			.longs((task) -> task.version)
			.execute();
	}

	private static long micros(@Nullable Instant time) {
		return (time != null) ? ChronoUnit.MICROS.between(Instant.EPOCH, time) : NONE;
	}

	/** Binds columns of rows as arrays. */
	private final class Arrays<T> {

		private final PreparedStatement statement;

		private final List<T> rows;

		private int index;

		Arrays(PreparedStatement statement, List<T> rows) {
			this.statement = statement;
			this.rows = rows;
		}

		Arrays<T> uuids(Function<T, UUID> column) throws SQLException {
			return bind("uuid", this.rows.stream().map(column).toArray());
		}

		Arrays<T> texts(Function<T, @Nullable String> column) throws SQLException {
			String[] values = new String[this.rows.size()];
			for (int i = 0; i < values.length; i++) {
				values[i] = column.apply(this.rows.get(i));
			}
			return bind("text", values);
		}

		Arrays<T> integers(Function<T, Integer> column) throws SQLException {
			return bind("int4", this.rows.stream().map(column).toArray(Integer[]::new));
		}

		Arrays<T> longs(ToLongFunction<T> column) throws SQLException {
			long[] values = new long[this.rows.size()];
			for (int i = 0; i < values.length; i++) {
				values[i] = column.applyAsLong(this.rows.get(i));
			}
			return bind("int8", values);
		}

		private Arrays<T> bind(String type, Object values) throws SQLException {
			if (!this.rows.isEmpty()) {
				this.statement.setArray(++this.index,
						Rows.this.connection.unwrap(PGConnection.class).createArrayOf(type, values));
			}
			return this;
		}

		void execute() throws SQLException {
			if (!this.rows.isEmpty()) {
				this.statement.executeUpdate();
			}
		}

	}

}
