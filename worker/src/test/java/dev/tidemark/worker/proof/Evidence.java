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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Tenant;

/**
 * All that can be seen from outside once the work is done.
 *
 * @param commands the records of the command topics, in the order of each partition
 * @param readModels the records of the read-model topics, in the order of each partition
 * @param rejections the records of the topic of rejections
 * @param deadLetters the records of the dead-letter topics
 * @param tasks the rows of {@code tasks} and {@code dones}
 * @param users the rows of {@code users}
 * @param commandLog the rows of {@code command_log}, by command id
 * @param otherRows all rows in which no secret may be, as text
 * @param logs what each worker has said
 * @param metrics what each worker has counted
 */
record Evidence(List<Received> commands, List<ConsumerRecord<byte[], byte[]>> readModels,
		List<ConsumerRecord<byte[], byte[]>> rejections, List<ConsumerRecord<byte[], byte[]>> deadLetters,
		Map<UUID, Expectation.Task> tasks, Map<String, Expectation.User> users, Map<UUID, Logged> commandLog,
		List<String> otherRows, List<String> logs, List<String> metrics) {

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
			List<Received> commands = reader
				.read(tenant.topics().commands(Tasks.TYPE), tenant.topics().commands(Users.TYPE))
				.stream()
				.map((record) -> new Received(record, order(record, orders)))
				.toList();
			return new Evidence(commands,
					reader.read(tenant.topics().readModel(Tasks.TYPE), tenant.topics().readModel(Users.TYPE)),
					reader.read(tenant.topics().commandRejections()),
					reader.read(tenant.topics().deadLetters(Tasks.TYPE), tenant.topics().deadLetters(Users.TYPE)),
					tasks(connection), users(connection), commandLog(connection), otherRows(connection), logs, metrics);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns which of the given commands were rejected.
	 */
	Map<UUID, Boolean> wereRejected(Iterable<UUID> commandIds) {
		List<String> rejected = this.rejections.stream().map((record) -> text(record, "ce_id")).toList();
		Map<UUID, Boolean> wereRejected = new LinkedHashMap<>();
		commandIds.forEach((id) -> wereRejected.put(id, rejected.contains(id + ":rejected")));
		return wereRejected;
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

	private static Map<UUID, Expectation.Task> tasks(Connection connection) throws SQLException {
		Map<UUID, Expectation.Task> tasks = new LinkedHashMap<>();
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("""
				select task_id, title, description, status, username, created_at, updated_at, completed_at, version
				from tasks full join dones using (task_id)
				""")) {
			while (row.next()) {
				UUID taskId = row.getObject("task_id", UUID.class);
				tasks.put(taskId,
						new Expectation.Task(taskId, row.getString("title"), row.getString("description"),
								TaskStatus.of(row.getString("status")), row.getString("username"),
								row.getTimestamp("created_at").toInstant(), row.getTimestamp("updated_at").toInstant(),
								instant(row.getTimestamp("completed_at")), row.getLong("version")));
			}
		}
		return tasks;
	}

	private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
		return (timestamp != null) ? timestamp.toInstant() : null;
	}

	private static Map<String, Expectation.User> users(Connection connection) throws SQLException {
		Map<String, Expectation.User> users = new LinkedHashMap<>();
		try (Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("select username, password_hash, created_at, updated_at, version from users")) {
			while (row.next()) {
				users.put(row.getString("username"),
						new Expectation.User(row.getString("username"), row.getString("password_hash"),
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
