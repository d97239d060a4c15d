package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.worker.stack.Tenant;

/**
 * All that can be seen from outside once the work is done.
 *
 * @param commands the records of the command topics, in the order of each partition
 * @param readModels the records of the read-model topics, in the order of each partition
 * @param rejections the records of the topic of rejections
 * @param deadLetters the records of the dead-letter topics
 * @param rows the rows of all tables of aggregates
 * @param commandLog the rows of {@code command_log}, by command id
 * @param otherRows all rows in which no secret may be, as text
 * @param logs what each worker has said
 * @param metrics what each worker has counted
 */
record Evidence(List<Received> commands, List<ConsumerRecord<byte[], byte[]>> readModels,
		List<ConsumerRecord<byte[], byte[]>> rejections, List<ConsumerRecord<byte[], byte[]>> deadLetters,
		Map<Key, Expectation.Row> rows, Map<UUID, Logged> commandLog, List<String> otherRows, List<String> logs,
		List<String> metrics) {

	/**
	 * A record of a command topic.
	 *
	 * @param record the record
	 * @param order what it was meant to be, or null if the worker itself has sent it
	 */
	record Received(ConsumerRecord<byte[], byte[]> record, @Nullable Order order) {
	}

	/**
	 * A row of {@code command_log}.
	 */
	record Logged(String type, String key, String outcome, @Nullable String reason) {
	}

	/**
	 * Gathers all there is.
	 * @param tenant where the workers lived
	 * @param logs what the workers have said
	 * @param metrics what the workers have counted
	 * @param orders what was sent
	 * @return the evidence
	 */
	static Evidence gather(Tenant tenant, List<String> logs, List<String> metrics, List<Order> orders) {
		try (TopicReader reader = new TopicReader(tenant.bootstrapServers());
				Connection connection = tenant.database().connect()) {
			List<Received> commands = reader.read(names(tenant.topics()::commands))
				.stream()
				.map((record) -> new Received(record, order(record, orders)))
				.toList();
			return new Evidence(commands, reader.read(names(tenant.topics()::readModel)),
					reader.read(List.of(tenant.topics().commandRejections())),
					reader.read(names(tenant.topics()::deadLetters)), rows(connection), commandLog(connection),
					otherRows(connection), logs, metrics);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The names of one topic of each type of aggregates. */
	private static List<String> names(Function<AggregateType, String> name) {
		return Catalogue.installed().aggregates().stream().map(name).toList();
	}

	/**
	 * Returns why each of the given commands was rejected, or nothing where it was not. A
	 * reason that cannot be is not believed, so that it will be a difference.
	 * @param possible for each command, the reasons that there can be
	 */
	Map<UUID, Optional<RejectionReason>> verdicts(Map<UUID, Set<RejectionReason>> possible) {
		Map<String, RejectionReason> seen = new HashMap<>();
		this.rejections.forEach((record) -> {
			JsonNode data = json(record);
			if (data != null) {
				seen.put(text(record, EventHeaders.CE_ID), new RejectionReason(data.path("reason").asString("")));
			}
		});
		Map<UUID, Optional<RejectionReason>> verdicts = new LinkedHashMap<>();
		possible.forEach((id, reasons) -> verdicts.put(id, Optional.ofNullable(seen.get(id + ":rejected"))
			.map((reason) -> reasons.contains(reason) ? reason : reasons.iterator().next())));
		return verdicts;
	}

	static @Nullable Order order(ConsumerRecord<byte[], byte[]> record, List<Order> orders) {
		Integer number = Order.number(record.headers());
		return (number != null) ? orders.get(number) : null;
	}

	/**
	 * Returns the well-formed commands by their id, in the order in which they were sent;
	 * of those with the same id, the first.
	 */
	Map<UUID, Order> asks() {
		Map<UUID, Order> asks = new LinkedHashMap<>();
		this.commands.stream()
			.map(Received::order)
			.filter(Objects::nonNull)
			.sorted(Comparator.comparingInt(Order::number))
			.forEach((order) -> {
				if (order.intent() instanceof Intent.Ask ask) {
					asks.putIfAbsent(ask.id(), order);
				}
			});
		return asks;
	}

	private static Map<Key, Expectation.Row> rows(Connection connection) throws SQLException {
		Map<Key, Expectation.Row> rows = new LinkedHashMap<>();
		tasks(connection).forEach((row) -> rows.put(row.key(), row));
		posts(connection).forEach((row) -> rows.put(row.key(), row));
		users(connection).forEach((row) -> rows.put(row.key(), row));
		return rows;
	}

	private static List<Expectation.Row> tasks(Connection connection) throws SQLException {
		List<Expectation.Row> tasks = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("""
				select task_id, title, description, status, username, created_at, updated_at, completed_at, version
				from tasks full join dones using (task_id)
				""")) {
			while (row.next()) {
				tasks.add(new Expectation.Task(row.getObject("task_id", UUID.class), row.getString("title"),
						row.getString("description"), TaskStatus.of(row.getString("status")), row.getString("username"),
						row.getTimestamp("created_at").toInstant(), row.getTimestamp("updated_at").toInstant(),
						instant(row.getTimestamp("completed_at")), row.getLong("version")));
			}
		}
		return tasks;
	}

	private static List<Expectation.Row> posts(Connection connection) throws SQLException {
		List<Expectation.Row> posts = new ArrayList<>();
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(
						"select post_id, title, text, username, created_at, updated_at, version from posts")) {
			while (row.next()) {
				posts.add(new Expectation.Post(row.getObject("post_id", UUID.class), row.getString("title"),
						row.getString("text"), row.getString("username"), row.getTimestamp("created_at").toInstant(),
						row.getTimestamp("updated_at").toInstant(), row.getLong("version")));
			}
		}
		return posts;
	}

	private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
		return (timestamp != null) ? timestamp.toInstant() : null;
	}

	private static List<Expectation.Row> users(Connection connection) throws SQLException {
		List<Expectation.Row> users = new ArrayList<>();
		try (Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("select username, password_hash, created_at, updated_at, version from users")) {
			while (row.next()) {
				users.add(new Expectation.User(row.getString("username"), row.getString("password_hash"),
						row.getTimestamp("created_at").toInstant(), row.getTimestamp("updated_at").toInstant(),
						row.getLong("version")));
			}
		}
		return users;
	}

	private static Map<UUID, Logged> commandLog(Connection connection) throws SQLException {
		Map<UUID, Logged> commandLog = new LinkedHashMap<>();
		try (Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("select command_id, type, key, outcome, reason from command_log")) {
			while (row.next()) {
				commandLog.put(row.getObject("command_id", UUID.class), new Logged(row.getString("type"),
						row.getString("key"), row.getString("outcome"), row.getString("reason")));
			}
		}
		return commandLog;
	}

	private static List<String> otherRows(Connection connection) throws SQLException {
		List<String> tables = new ArrayList<>();
		List<String> rows = new ArrayList<>();
		try (Statement statement = connection.createStatement()) {
			try (ResultSet row = statement.executeQuery("""
					select format('%I.%I', schemaname, tablename) from pg_tables
					where schemaname not in ('pg_catalog', 'information_schema') and tablename <> 'users'
					""")) {
				while (row.next()) {
					tables.add(row.getString(1));
				}
			}
			for (String table : tables) {
				try (ResultSet row = statement.executeQuery("select t::text from " + table + " t")) {
					while (row.next()) {
						rows.add(table + row.getString(1));
					}
				}
			}
		}
		return rows;
	}

	// records

	static String text(ConsumerRecord<byte[], byte[]> record, String header) {
		Header last = record.headers().lastHeader(header);
		return (last != null) ? new String(last.value(), StandardCharsets.UTF_8) : "";
	}

	static @Nullable Bytes bytes(ConsumerRecord<byte[], byte[]> record, String header) {
		Header last = record.headers().lastHeader(header);
		return (last != null) ? Bytes.wrap(last.value()) : null;
	}

	static String key(ConsumerRecord<byte[], byte[]> record) {
		return (record.key() != null) ? new String(record.key(), StandardCharsets.UTF_8) : "";
	}

	static @Nullable JsonNode json(ConsumerRecord<byte[], byte[]> record) {
		return (record.value() != null) ? Envelope.JSON.readTree(record.value()) : null;
	}

	static String where(ConsumerRecord<byte[], byte[]> record) {
		return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
	}

}
