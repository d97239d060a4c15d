package dev.tidemark.worker.console;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.worker.aggregate.AggregateReader;
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

	private final AggregateReader aggregates;

	/**
	 * Connects to nothing yet.
	 * @param worker how the worker connects
	 * @param schema knows what the schema should be
	 * @param aggregates reads them
	 */
	ConsoleDatabase(HikariDataSource worker, SchemaCheck schema, AggregateReader aggregates) {
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
		this.aggregates = aggregates;
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
	 * @param aggregates those that have the key
	 * @param waiting what waits for this key, some of it
	 */
	record Found(Map<String, Object> command, List<Standing> aggregates, List<Waiting> waiting) {
	}

	/**
	 * An aggregate as it stands.
	 *
	 * @param type what it is
	 * @param snapshot what is published of it
	 */
	record Standing(String type, Snapshot snapshot) {

		private static Standing of(Snapshot snapshot) {
			for (AggregateType type : Catalogue.installed().aggregates()) {
				if (type.snapshotClass().isInstance(snapshot)) {
					return new Standing(type.wireName(), snapshot);
				}
			}
			throw new IllegalArgumentException("A snapshot of no type: " + snapshot.getClass());
		}

	}

	/**
	 * Looks for a command, and for aggregates. The log has no index by key, and must not
	 * be read through: of the commands of a key only those that wait are found.
	 * @param text a command id or a key
	 */
	Found find(String text) throws SQLException {
		UUID id = uuid(text);
		List<Waiting> waiting = new ArrayList<>(waitingOf((id != null) ? id.toString() : text));
		waiting.addAll(waitingFor(text));
		try (Connection connection = this.pool.getConnection()) {
			return new Found((id != null) ? CommandStatus.of(connection, id) : Map.of(),
					this.aggregates.find(connection, (id != null) ? id.toString() : text)
						.stream()
						.map(Standing::of)
						.toList(),
					waiting);
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

	@Override
	public void close() {
		this.pool.close();
	}

}
