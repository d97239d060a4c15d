package dev.tidemark.worker.proof;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.EventType;

/**
 * What every published event has, whatever it says.
 *
 * @param outcome what follows the command's id in the event's: {@code applied} or
 * {@code rejected}
 * @param type the event's type
 * @param key the record's key
 * @param commandId the command that caused it
 * @param time the command's time
 * @param version the aggregate's version, or null for none
 * @param passedOn the headers that are passed on, by name
 */
record Published(String outcome, EventType type, String key, UUID commandId, Instant time, @Nullable Long version,
		Map<String, Bytes> passedOn) {

	private static final List<String> PASSED_ON = List.of(EventHeaders.CE_CORRELATIONID, EventHeaders.CE_TRACEPARENT,
			EventHeaders.CE_TRACESTATE, EventHeaders.TRACEPARENT, EventHeaders.TRACESTATE);

	/**
	 * Compares a record's key and headers.
	 */
	void compare(String what, ConsumerRecord<byte[], byte[]> event, Differences differences) {
		differences.compare(what + ", key", this.key, Evidence.key(event));
		Map<String, String> expected = new LinkedHashMap<>();
		expected.put(EventHeaders.CE_SPECVERSION, EventHeaders.SPECVERSION);
		expected.put(EventHeaders.CE_ID, this.commandId + ":" + this.outcome);
		expected.put(EventHeaders.CE_SOURCE, EventHeaders.SOURCE);
		expected.put(EventHeaders.CE_TYPE, this.type.wireName());
		expected.put(EventHeaders.CE_SUBJECT, this.key);
		expected.put(EventHeaders.CE_CAUSATIONID, this.commandId.toString());
		expected.put(EventHeaders.CE_VERSION, (this.version != null) ? this.version.toString() : "");
		if (event.value() != null) {
			expected.put(EventHeaders.CONTENT_TYPE, EventHeaders.JSON);
		}
		PASSED_ON.forEach((name) -> differences.compare(what + ", bytes of " + name, this.passedOn.get(name),
				Evidence.bytes(event, name)));
		expected.forEach((name, value) -> differences.compare(what + ", " + name, value, Evidence.text(event, name)));
		String time = Evidence.text(event, EventHeaders.CE_TIME);
		differences.compare(what + ", ce_time " + time, this.time, instant(time));
		event.headers().forEach((header) -> {
			int count = 0;
			for (var _ : event.headers().headers(header.key())) {
				count++;
			}
			differences.compare(what + ", headers " + header.key(), 1, count);
		});
	}

	/**
	 * Returns data in which equal times are equal texts, and equal numbers of one type.
	 */
	static @Nullable JsonNode comparable(@Nullable JsonNode data) {
		if (!(data instanceof ObjectNode object)) {
			return data;
		}
		ObjectNode copy = object.deepCopy();
		copy.replace("version", copy.numberNode(object.path("version").asLong(0)));
		for (String member : List.of("createdAt", "updatedAt", "completedAt")) {
			JsonNode time = object.path(member);
			if (time.isString()) {
				copy.put(member, String.valueOf(instant(time.asString())));
			}
		}
		return copy;
	}

	/**
	 * Reads a time as the contract has them: in UTC, with microseconds at most.
	 */
	private static @Nullable Instant instant(String text) {
		try {
			return (text.endsWith("Z") && text.length() <= "2026-01-01T00:00:00.000000Z".length()) ? Instant.parse(text)
					: null;
		}
		catch (DateTimeParseException ex) {
			return null;
		}
	}

}
