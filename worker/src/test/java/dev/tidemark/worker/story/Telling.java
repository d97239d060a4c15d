package dev.tidemark.worker.story;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Topics;
import dev.tidemark.worker.stack.DatabaseAddress;

/**
 * Sends commands as anybody would, and prints what came of each: what the log says, the
 * row, and the events.
 */
final class Telling implements AutoCloseable {

	private static final String GROUP = "tidemark-worker";

	private static final List<String> OUTPUTS = List.of(Topics.TASK_READ_MODEL, Topics.USER_READ_MODEL,
			Topics.COMMAND_REJECTIONS, Topics.TASK_COMMANDS_DLT, Topics.USER_COMMANDS_DLT);

	private static final JsonMapper JSON = JsonMapper.shared();

	private final KafkaProducer<byte[], byte[]> producer;

	private final KafkaConsumer<byte[], byte[]> consumer;

	private final Admin admin;

	private final Connection database;

	private final PrintStream out;

	private int number;

	Telling(String bootstrapServers, DatabaseAddress database, PrintStream out) throws SQLException {
		this.producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(),
				new ByteArraySerializer());
		this.consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
				new ByteArrayDeserializer(), new ByteArrayDeserializer());
		this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
		this.database = database.connect();
		this.out = out;
		List<TopicPartition> partitions = OUTPUTS.stream()
			.flatMap((topic) -> this.consumer.partitionsFor(topic).stream())
			.map((partition) -> new TopicPartition(partition.topic(), partition.partition()))
			.toList();
		this.consumer.assign(partitions);
		this.consumer.seekToBeginning(partitions);
	}

	void tell(Chapter chapter) throws Exception {
		this.out.printf("%n%2d. %s%n", ++this.number, chapter.heading());
		this.out.printf("    command  %s  %s%s%n", chapter.type().wireName(), JSON.writeValueAsString(shown(chapter)),
				(chapter.expectedVersion() != null) ? "  expecting version " + chapter.expectedVersion() : "");
		RecordMetadata sent = send(chapter);
		awaitConsumed(sent);
		List<ConsumerRecord<byte[], byte[]>> events = newEvents();
		this.out.println("    outcome  " + outcome(chapter, sent, events));
		String row = row(chapter);
		if (row != null) {
			this.out.println("    row      " + row);
		}
		for (ConsumerRecord<byte[], byte[]> event : events) {
			this.out.printf("    event    %s  %s  %s%n", event.topic(), header(event, EventHeaders.CE_TYPE),
					event.topic().endsWith(Topics.DEAD_LETTER_SUFFIX) ? "(the record as it came)"
							: (event.value() != null) ? text(event.value()) : "(tombstone)");
		}
	}

	/** A hash is nothing to show. */
	private static Map<String, @Nullable String> shown(Chapter chapter) {
		Map<String, @Nullable String> shown = new LinkedHashMap<>(chapter.data());
		shown.computeIfPresent("passwordHash", (name, hash) -> "…");
		return shown;
	}

	private RecordMetadata send(Chapter chapter) throws Exception {
		RecordHeaders headers = new RecordHeaders();
		headers.add(EventHeaders.CE_SPECVERSION, bytes(EventHeaders.SPECVERSION));
		headers.add(EventHeaders.CE_ID, bytes(chapter.id().toString()));
		headers.add(EventHeaders.CE_SOURCE, bytes("/story"));
		headers.add(EventHeaders.CE_TYPE, bytes(chapter.type().wireName()));
		headers.add(EventHeaders.CONTENT_TYPE, bytes(EventHeaders.JSON));
		if (chapter.expectedVersion() != null) {
			headers.add(EventHeaders.CE_EXPECTEDVERSION, bytes(chapter.expectedVersion().toString()));
		}
		return this.producer
			.send(new ProducerRecord<>(chapter.type().topic(), null, bytes(chapter.key()),
					JSON.writeValueAsBytes(chapter.data()), headers))
			.get();
	}

	/**
	 * Waits until the worker is done with a record, and with whatever it has sent itself
	 * for its sake: a registration may wake up tasks.
	 */
	private void awaitConsumed(RecordMetadata sent) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).until(() -> {
			var committed = this.admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
			var position = committed.get(new TopicPartition(sent.topic(), sent.partition()));
			return position != null && position.offset() > sent.offset() && deferred() == 0;
		});
	}

	/** Counts the tasks that could go on, as their users are there. */
	private int deferred() throws SQLException {
		try (PreparedStatement query = this.database
			.prepareStatement("select count(*) from deferred_command join users on username = waits_for");
				ResultSet result = query.executeQuery()) {
			result.next();
			return result.getInt(1);
		}
	}

	/**
	 * Reads up to the end as it is now: what is committed with an offset is there when
	 * the offset is.
	 */
	private List<ConsumerRecord<byte[], byte[]>> newEvents() {
		List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>();
		Map<TopicPartition, Long> ends = this.consumer.endOffsets(this.consumer.assignment());
		while (ends.entrySet().stream().anyMatch((end) -> this.consumer.position(end.getKey()) < end.getValue())) {
			this.consumer.poll(Duration.ofMillis(100)).forEach(events::add);
		}
		return events;
	}

	private String outcome(Chapter chapter, RecordMetadata sent, List<ConsumerRecord<byte[], byte[]>> events)
			throws SQLException {
		for (ConsumerRecord<byte[], byte[]> event : events) {
			if (event.topic().endsWith(Topics.DEAD_LETTER_SUFFIX)) {
				return "dead-lettered: " + header(event, EventHeaders.DLT_REASON) + ", "
						+ header(event, EventHeaders.DLT_DETAIL);
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
		boolean task = chapter.type().topic().equals(Topics.TASK_COMMANDS);
		String sql = task ? """
				select title, description, status, username, version, completed_at
				from tasks left join dones using (task_id) where task_id = ?
				""" : "select username, created_at, updated_at, version from users where username = ?";
		try (PreparedStatement query = this.database.prepareStatement(sql)) {
			query.setObject(1, task ? UUID.fromString(chapter.key()) : chapter.key());
			try (ResultSet row = query.executeQuery()) {
				if (!row.next()) {
					return null;
				}
				StringJoiner columns = new StringJoiner(" | ", task ? "tasks: " : "users: ", "");
				for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
					columns.add(String.valueOf(row.getString(i)));
				}
				return columns.toString();
			}
		}
	}

	private static String header(ConsumerRecord<?, ?> event, String name) {
		Header header = event.headers().lastHeader(name);
		return (header != null) ? text(header.value()) : "-";
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public void close() throws SQLException {
		this.producer.close();
		this.consumer.close();
		this.admin.close();
		this.database.close();
	}

}
