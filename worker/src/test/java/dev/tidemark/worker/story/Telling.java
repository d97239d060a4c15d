package dev.tidemark.worker.story;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Topics;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Tenant;

/**
 * Sends commands as anybody would, and prints what came of each: what the log says, the
 * row, and the events.
 */
final class Telling implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.shared();

	private final Client client;

	private final Connection database;

	private final PrintStream out;

	private int number;

	Telling(Tenant tenant, PrintStream out) throws SQLException {
		this.client = new Client(tenant);
		this.database = tenant.database().connect();
		this.out = out;
	}

	void tell(Chapter chapter) throws Exception {
		this.out.printf("%n%2d. %s%n", ++this.number, chapter.heading());
		this.out.printf("    command  %s  %s%s%n", chapter.type().wireName(), JSON.writeValueAsString(shown(chapter)),
				(chapter.expectedVersion() != null) ? "  expecting version " + chapter.expectedVersion() : "");
		int events = 1 + deferredFor(chapter.key());
		RecordMetadata sent = send(chapter);
		this.client.awaitConsumed(sent);
		List<ConsumerRecord<byte[], byte[]>> published = published(events);
		this.out.println("    outcome  " + outcome(chapter, sent, published));
		String row = row(chapter);
		if (row != null) {
			this.out.println("    row      " + row);
		}
		for (ConsumerRecord<byte[], byte[]> event : published) {
			this.out.printf("    event    %s  %s  %s%n", event.topic(), Client.header(event, EventHeaders.CE_TYPE),
					event.topic().endsWith(Topics.DEAD_LETTER_SUFFIX) ? "(the record as it came)"
							: (event.value() != null) ? Client.text(event.value()) : "(tombstone)");
		}
	}

	/** A hash is nothing to show. */
	private static Map<String, @Nullable Object> shown(Chapter chapter) {
		Map<String, @Nullable Object> shown = new LinkedHashMap<>(chapter.data());
		shown.computeIfPresent("passwordHash", (name, hash) -> "…");
		return shown;
	}

	private RecordMetadata send(Chapter chapter) {
		String[] more = (chapter.expectedVersion() != null)
				? new String[] { EventHeaders.CE_EXPECTEDVERSION, chapter.expectedVersion().toString() }
				: new String[0];
		return this.client.send(this.client.commandTopic(chapter.type().topic()), chapter.key(),
				Client.headers(chapter.id(), chapter.type().wireName(), more), JSON.writeValueAsBytes(chapter.data()));
	}

	/**
	 * Reads what came of a record, and of whatever the worker has sent itself for its
	 * sake: a registration wakes up the tasks that wait for the user.
	 */
	private List<ConsumerRecord<byte[], byte[]>> published(int expected) {
		List<ConsumerRecord<byte[], byte[]>> published = new ArrayList<>(this.client.newEvents());
		if (expected > 1) {
			Awaitility.await().until(() -> {
				published.addAll(this.client.newEvents());
				return published.size() >= expected;
			});
		}
		return published;
	}

	private int deferredFor(String username) throws SQLException {
		try (PreparedStatement query = this.database
			.prepareStatement("select count(*) from deferred_command where waits_for_key = ?")) {
			query.setString(1, username);
			try (ResultSet result = query.executeQuery()) {
				result.next();
				return result.getInt(1);
			}
		}
	}

	private String outcome(Chapter chapter, RecordMetadata sent, List<ConsumerRecord<byte[], byte[]>> events)
			throws SQLException {
		for (ConsumerRecord<byte[], byte[]> event : events) {
			if (event.topic().endsWith(Topics.DEAD_LETTER_SUFFIX)) {
				return "dead-lettered: " + Client.header(event, EventHeaders.DLT_REASON) + ", "
						+ Client.header(event, EventHeaders.DLT_DETAIL);
			}
		}
		try (PreparedStatement query = this.database
			.prepareStatement("select * from command_log where command_id = ?")) {
			query.setObject(1, chapter.id());
			try (ResultSet log = query.executeQuery()) {
				log.next();
				if (log.getLong("record_offset") != sent.offset() || log.getInt("partition") != sent.partition()) {
					return "duplicate of " + log.getString("topic") + "-" + log.getInt("partition") + "@"
							+ log.getLong("record_offset") + ": nothing changes";
				}
				return switch (log.getString("outcome")) {
					case "applied" -> "applied, version " + log.getLong("version");
					case "rejected" -> "rejected: " + log.getString("reason") + ", " + log.getString("detail");
					default -> "deferred: the user is not there yet";
				};
			}
		}
	}

	private @Nullable String row(Chapter chapter) throws SQLException {
		String table = chapter.type().aggregate().plural();
		String sql = switch (table) {
			case "tasks" -> """
					select title, description, status, username, version, completed_at
					from tasks left join dones using (task_id) where task_id::text = ?
					""";
			case "posts" -> "select title, text, username, version from posts where post_id::text = ?";
			default -> "select username, created_at, updated_at, version from users where username = ?";
		};
		try (PreparedStatement query = this.database.prepareStatement(sql)) {
			query.setString(1, chapter.key());
			try (ResultSet row = query.executeQuery()) {
				if (!row.next()) {
					return null;
				}
				StringJoiner columns = new StringJoiner(" | ", table + ": ", "");
				for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
					columns.add(String.valueOf(row.getString(i)));
				}
				return columns.toString();
			}
		}
	}

	@Override
	public void close() throws SQLException {
		this.client.close();
		this.database.close();
	}

}
