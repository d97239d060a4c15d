package dev.tidemark.worker.operations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.settings.UsageException;
import dev.tidemark.worker.settings.WorkerEnvironment;
import dev.tidemark.worker.settings.WorkerEnvironment.Use;

/**
 * Runs {@code command ID}: tells what came of a command.
 */
public final class CommandStatus {

	/** A waiting command waits for what the first of its queue waits for. */
	private static final String QUERY = """
			select l.command_id, l.type, l.key, l.topic, l.partition, l.record_offset, l.outcome, l.reason, l.detail,
				l.version, l.commanded_at, l.logged_at, first.waits_for_key, first.command_id as waits_behind, d.arrived_at
			from command_log l
			left join deferred_command d on d.command_id = l.command_id
			left join deferred_command first on first.aggregate = d.aggregate and first.key = d.key
				and first.waits_for_key is not null
			where l.command_id = ?
			""";

	private CommandStatus() {
	}

	static int run(Arguments arguments, Output output) throws SQLException {
		UUID id = (arguments.words().size() == 1) ? uuid(arguments.words().getFirst()) : null;
		if (id == null) {
			throw new UsageException("wants a command id, a UUID, and nothing else");
		}
		try (Connection connection = WorkerEnvironment.read(arguments.properties(), Use.DATABASE).connect()) {
			Map<String, Object> status = of(connection, id);
			if (status.isEmpty()) {
				output.error("command: " + id + " is not known: it has not been decided, or was dead-lettered, or "
						+ "its time in the log is over");
				return Tools.FAILED;
			}
			if (arguments.has("json")) {
				output.json(status);
			}
			else {
				status.forEach((name, value) -> output.line("%-12s %s".formatted(name, value)));
			}
			return Tools.DONE;
		}
	}

	/**
	 * Finds what came of a command.
	 * @param connection a connection to the worker's database
	 * @param id the command id
	 * @return names and values, as programs get them; empty if the command is not known
	 * @throws SQLException if the database does not answer, or refuses
	 */
	public static Map<String, Object> of(Connection connection, UUID id) throws SQLException {
		try (PreparedStatement query = connection.prepareStatement(QUERY)) {
			query.setObject(1, id);
			try (ResultSet row = query.executeQuery()) {
				return row.next() ? status(row) : Map.of();
			}
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

	private static Map<String, Object> status(ResultSet row) throws SQLException {
		Map<String, Object> status = new LinkedHashMap<>();
		status.put("commandId", row.getString("command_id"));
		status.put("type", row.getString("type"));
		status.put("key", row.getString("key"));
		status.put("record",
				row.getString("topic") + "-" + row.getInt("partition") + "@" + row.getLong("record_offset"));
		status.put("outcome", row.getString("outcome"));
		putIfPresent(status, "reason", row.getString("reason"));
		putIfPresent(status, "detail", row.getString("detail"));
		putIfPresent(status, "version", row.getObject("version", Long.class));
		putIfPresent(status, "waitsFor", row.getString("waits_for_key"));
		String behind = row.getString("waits_behind");
		if (behind != null && !behind.equals(row.getString("command_id"))) {
			status.put("waitsBehind", behind);
		}
		putIfPresent(status, "waitsSince", instant(row, "arrived_at"));
		putIfPresent(status, "askedFor", instant(row, "commanded_at"));
		putIfPresent(status, "logged", instant(row, "logged_at"));
		return status;
	}

	private static @Nullable String instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant().toString() : null;
	}

	private static void putIfPresent(Map<String, Object> status, String name, @Nullable Object value) {
		if (value != null) {
			status.put(name, value);
		}
	}

}
