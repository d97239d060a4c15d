package dev.tidemark.worker.console;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

import dev.tidemark.worker.migration.SchemaCheck;
import dev.tidemark.worker.migration.SchemaStanding;
import dev.tidemark.worker.operations.CommandStatus;

/**
 * What the console asks the database: little, by indices, read-only, in no more than two
 * seconds, and over two connections of its own, so that nobody who looks can hold up a
 * consumer.
 */
final class ConsoleDatabase implements AutoCloseable {

	private static final int CONNECTIONS = 2;

	/** Of the driver's: who asks, and for how many seconds a statement may take. */
	private static final String DRIVER = "ApplicationName=tidemark-console&queryTimeout=2";

	private final HikariDataSource pool;

	private final JdbcClient jdbc;

	private final SchemaCheck schema;

	/**
	 * Connects to nothing yet.
	 * @param worker how the worker connects
	 * @param schema knows what the schema should be
	 */
	ConsoleDatabase(HikariDataSource worker, SchemaCheck schema) {
		HikariConfig config = new HikariConfig();
		worker.copyStateTo(config);
		config.setPoolName("tidemark-console");
		config.setMaximumPoolSize(CONNECTIONS);
		config.setMinimumIdle(0);
		config.setIdleTimeout(30_000);
		config.setConnectionTimeout(2_000);
		// Each transaction says that it is read-only, and the driver watches the time: a
		// session that was told once would be another's next, where a pooler shares them.
		config.setConnectionInitSql(null);
		config.setAutoCommit(false);
		config.setReadOnly(true);
		String url = worker.getJdbcUrl();
		config.setJdbcUrl(url + (url.contains("?") ? "&" : "?") + DRIVER);
		this.pool = new HikariDataSource(config);
		this.jdbc = JdbcClient.create(this.pool);
		this.schema = schema;
	}

	SchemaStanding schema() throws SQLException {
		try (Connection connection = this.pool.getConnection()) {
			return this.schema.standing(connection);
		}
	}

	/**
	 * What waits.
	 *
	 * @param count how many commands wait
	 * @param oldest those at the head of their queues that have waited longest
	 */
	record WaitingCommands(long count, List<Waiting> oldest) {
	}

	/**
	 * A command that waits.
	 *
	 * @param commandId its id
	 * @param type its type
	 * @param aggregate the type of what it is for
	 * @param key the key of what it is for
	 * @param waitsFor the key of what is absent; null if it waits for those before it
	 * @param since when it arrived
	 * @param behind how many wait behind it
	 */
	record Waiting(UUID commandId, String type, String aggregate, String key, @Nullable String waitsFor, Instant since,
			int behind) {
	}

	WaitingCommands deferred() {
		long count = this.jdbc.sql("select count(*) from deferred_command").query(Long.class).single();
		return new WaitingCommands(count, this.jdbc.sql("""
				select command_id, type, aggregate, head.key, waits_for_key, arrived_at,
					(select count(*) - 1 from deferred_command queue
						where queue.aggregate = head.aggregate and queue.key = head.key) as behind
				from (
					select command_id, aggregate, key, waits_for_key, arrived_at
					from deferred_command
					where waits_for_key is not null
					order by arrived_at
					limit 20) head
				join command_log using (command_id)
				order by arrived_at
				""").query((row, number) -> waiting(row)).list());
	}

	/**
	 * What there is under a command id or a key.
	 *
	 * @param command what came of the command; empty if there is none
	 * @param task the task
	 * @param user the user
	 * @param waiting what waits for this task or this user, some of it
	 */
	record Found(Map<String, Object> command, @Nullable Task task, @Nullable User user, List<Waiting> waiting) {
	}

	/**
	 * A task as it stands.
	 */
	record Task(UUID taskId, String title, @Nullable String description, String status, String username,
			Instant createdAt, Instant updatedAt, @Nullable Instant completedAt, long version) {
	}

	/**
	 * A user as it stands.
	 */
	record User(String username, Instant createdAt, Instant updatedAt, long version) {
	}

	/**
	 * Looks for a command, a task and a user. The log has no index by key, and must not
	 * be read through: of the commands of a key only those that wait are found.
	 * @param text a command id, a task id or a username
	 */
	Found find(String text) throws SQLException {
		UUID id = uuid(text);
		if (id == null) {
			return new Found(Map.of(), null, user(text), waitingFor(text));
		}
		return new Found(command(id), task(id), user(text), waitingOf(id.toString()));
	}

	private Map<String, Object> command(UUID id) throws SQLException {
		try (Connection connection = this.pool.getConnection()) {
			return CommandStatus.of(connection, id);
		}
	}

	private static @Nullable UUID uuid(String text) {
		try {
			return (text.length() == 36) ? UUID.fromString(text) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private @Nullable Task task(UUID id) {
		return this.jdbc.sql("""
				select task_id, title, left(description, 4000) as description, status, username, created_at,
					updated_at, completed_at, version
				from tasks left join dones using (task_id)
				where task_id = ?
				""")
			.param(id)
			.query((row, number) -> new Task(id, row.getString("title"), row.getString("description"),
					row.getString("status"), row.getString("username"), instant(row, "created_at"),
					instant(row, "updated_at"), nullableInstant(row, "completed_at"), row.getLong("version")))
			.optional()
			.orElse(null);
	}

	private @Nullable User user(String username) {
		return this.jdbc.sql("select created_at, updated_at, version from users where username = ?")
			.param(username)
			.query((row, number) -> new User(username, instant(row, "created_at"), instant(row, "updated_at"),
					row.getLong("version")))
			.optional()
			.orElse(null);
	}

	private List<Waiting> waitingOf(String key) {
		return waiting("d.key = ? order by position", key);
	}

	private List<Waiting> waitingFor(String key) {
		return waiting("waits_for_key = ?", key);
	}

	private List<Waiting> waiting(String condition, String key) {
		return this.jdbc.sql("""
				select command_id, type, aggregate, d.key, waits_for_key, arrived_at, 0 as behind
				from deferred_command d join command_log using (command_id)
				where %s
				limit 20
				""".formatted(condition)).param(key).query((row, number) -> waiting(row)).list();
	}

	private static Waiting waiting(ResultSet row) throws SQLException {
		return new Waiting(row.getObject("command_id", UUID.class), row.getString("type"), row.getString("aggregate"),
				row.getString("key"), row.getString("waits_for_key"), instant(row, "arrived_at"), row.getInt("behind"));
	}

	private static Instant instant(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

	private static @Nullable Instant nullableInstant(ResultSet row, String column) throws SQLException {
		return (row.getObject(column) != null) ? instant(row, column) : null;
	}

	@Override
	public void close() {
		this.pool.close();
	}

}
