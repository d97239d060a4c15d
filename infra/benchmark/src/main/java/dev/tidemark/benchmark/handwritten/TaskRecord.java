package dev.tidemark.benchmark.handwritten;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * A task command as a record holds it.
 */
final class TaskRecord {

	private static final JsonFactory JSON = JsonFactory.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	private static final int MAX_TITLE = 1_024;

	private static final int MAX_DESCRIPTION = 65_536;

	final ConsumerRecord<byte[], byte[]> record;

	UUID id = new UUID(0, 0);

	Kind kind = Kind.CREATE;

	UUID taskId = new UUID(0, 0);

	Instant time;

	byte[] timeText = {};

	long expectedVersion = -1;

	@Nullable String title;

	boolean describes;

	@Nullable String description;

	@Nullable String status;

	@Nullable String username;

	private TaskRecord(ConsumerRecord<byte[], byte[]> record) {
		this.record = record;
		this.time = Instant.ofEpochMilli(record.timestamp());
	}

	/**
	 * Reads a record.
	 * @throws IllegalArgumentException if it is malformed; the workload has none
	 */
	static TaskRecord read(ConsumerRecord<byte[], byte[]> record) {
		TaskRecord command = new TaskRecord(record);
		for (Header header : record.headers()) {
			switch (header.key()) {
				case "ce_id" -> command.id = UUID.fromString(text(header));
				case "ce_type" -> command.kind = Kind.of(text(header));
				case "ce_time" -> {
					command.timeText = header.value();
					command.time = Instant.parse(text(header)).truncatedTo(ChronoUnit.MICROS);
				}
				case "ce_expectedversion" -> command.expectedVersion = Long.parseLong(text(header));
				default -> {
				}
			}
		}
		command.readData(record.value());
		String key = new String(record.key(), StandardCharsets.ISO_8859_1);
		if (!key.equals(command.taskId.toString())) {
			throw new IllegalArgumentException("the key is not the task's id");
		}
		return command;
	}

	private static String text(Header header) {
		return new String(header.value(), StandardCharsets.ISO_8859_1);
	}

	private void readData(byte[] value) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), value)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw new IllegalArgumentException("the data is no object");
			}
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				String text = (parser.nextToken() == JsonToken.VALUE_NULL) ? null : parser.getString();
				switch (name) {
					case "taskId" -> this.taskId = UUID.fromString(required(text));
					case "title" -> this.title = limited(required(text), MAX_TITLE);
					case "description" -> {
						this.describes = true;
						this.description = (text != null) ? limited(text, MAX_DESCRIPTION) : null;
					}
					case "status" -> this.status = required(text);
					case "username" -> this.username = required(text);
					default -> throw new IllegalArgumentException("unknown member " + name);
				}
			}
		}
	}

	private static String required(@Nullable String text) {
		if (text == null || text.isEmpty()) {
			throw new IllegalArgumentException("a member is null or empty");
		}
		return text;
	}

	private static String limited(String text, int codePoints) {
		if (text.length() > codePoints && text.codePointCount(0, text.length()) > codePoints) {
			throw new IllegalArgumentException("a member is too long");
		}
		return text;
	}

	/** What is asked for. */
	enum Kind {

		CREATE("dev.tidemark.task.create.v1"), UPDATE("dev.tidemark.task.update.v1"),
		COMPLETE("dev.tidemark.task.complete.v1"), REOPEN("dev.tidemark.task.reopen.v1"),
		DELETE("dev.tidemark.task.delete.v1");

		final String wireName;

		Kind(String wireName) {
			this.wireName = wireName;
		}

		static Kind of(String wireName) {
			return switch (wireName) {
				case "dev.tidemark.task.create.v1" -> CREATE;
				case "dev.tidemark.task.update.v1" -> UPDATE;
				case "dev.tidemark.task.complete.v1" -> COMPLETE;
				case "dev.tidemark.task.reopen.v1" -> REOPEN;
				case "dev.tidemark.task.delete.v1" -> DELETE;
				default -> throw new IllegalArgumentException("unknown type " + wireName);
			};
		}

	}

}
