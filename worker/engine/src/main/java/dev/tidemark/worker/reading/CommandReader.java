package dev.tidemark.worker.reading;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.Bounds;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.MalformedDataException;
import dev.tidemark.contracts.Rfc3339;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.topics.TopicProperties;

/**
 * Reads records into commands, judging in the contract's order: is it a CloudEvent, is
 * its type known on this topic, is its data well formed, is its key the right one.
 */
@Component
public class CommandReader {

	private static final Pattern INTEGER = Pattern.compile("0|[1-9]\\d*");

	private static final UUID NIL = new UUID(0, 0);

	private static final UUID MAX = new UUID(-1, -1);

	private final TopicProperties topics;

	CommandReader(TopicProperties topics) {
		this.topics = topics;
	}

	/**
	 * Reads a record.
	 * @param record the record, as bytes
	 * @return the command
	 * @throws UnreadableRecordException if it can never become a command
	 */
	public ReceivedCommand read(ReceivedRecord record) throws UnreadableRecordException {
		CloudEvent event = CloudEvent.of(record);
		Map<String, String> attributes = event.attributes();
		String specversion = required(attributes, "specversion", record);
		if (!specversion.equals(EventHeaders.SPECVERSION)) {
			throw CloudEvent
				.notOne("specversion is not " + EventHeaders.SPECVERSION + Dialects.ofSpecversion(specversion));
		}
		UUID id = id(required(attributes, "id", record));
		String source = bounded("source", required(attributes, "source", record), Bounds.SOURCE_BYTES);
		checkSource(source);
		String typeName = required(attributes, "type", record);
		Instant time = time(attributes.get("time"), record);
		Tracing tracing = tracing(attributes, record.headers());
		CommandType type = Catalogue.installed().command(typeName);
		Long expectedVersion = (type != null) ? expectedVersion(type, attributes.get("expectedversion")) : null;
		if (type == null || !record.coordinates().topic().equals(topicOf(type))) {
			throw new UnreadableRecordException(DeadLetterReason.UNKNOWN_TYPE,
					"no command of this topic has the type that the event has" + Dialects.ofType(typeName));
		}
		Command command = command(type, event.data());
		if (!Arrays.equals(record.key(), command.key().getBytes(StandardCharsets.UTF_8))) {
			throw new UnreadableRecordException(DeadLetterReason.KEY_MISMATCH,
					(record.key() != null)
							? "the record's key is not the %s of the data%s".formatted(type.members().getFirst(),
									Dialects.ofKey(record.key(), command.key()))
							: (record.leftOut() != null)
									? "the record's key has %d bytes".formatted(record.leftOut().keyBytes())
									: "the record has no key");
		}
		return new ReceivedCommand(new Cause(id, time, tracing), record, expectedVersion, source, command);
	}

	private String topicOf(CommandType type) {
		return this.topics.commands(type.aggregate());
	}

	private static String required(Map<String, String> attributes, String name, ReceivedRecord record)
			throws UnreadableRecordException {
		String value = attributes.get(name);
		if (value == null || value.isEmpty()) {
			throw CloudEvent.notOne(name + " is missing" + Dialects.ofMissing(name, record));
		}
		return value;
	}

	private static UUID id(String text) throws UnreadableRecordException {
		try {
			UUID id = UUID.fromString(text);
			// "1-1-1-1-1" is one to Java.
			if (id.toString().equalsIgnoreCase(text)) {
				return somebodys(id);
			}
		}
		catch (IllegalArgumentException ex) {
			// As is said below.
		}
		throw CloudEvent.notOne("id is not a UUID" + Dialects.ofId(text));
	}

	private static UUID somebodys(UUID id) throws UnreadableRecordException {
		if (id.equals(NIL)) {
			throw CloudEvent.notOne("id is the nil UUID, as if it had not been set: each command needs one of its own");
		}
		if (id.equals(MAX)) {
			throw CloudEvent.notOne("id is the max UUID, which is nobody's: each command needs one of its own");
		}
		return id;
	}

	private static void checkSource(String text) throws UnreadableRecordException {
		try {
			new URI(text);
		}
		catch (URISyntaxException ex) {
			throw CloudEvent.notOne("source is not a URI reference" + Dialects.ofText(text));
		}
	}

	private static Instant time(@Nullable String text, ReceivedRecord record) throws UnreadableRecordException {
		if (text == null) {
			return timeOf(record);
		}
		try {
			return Rfc3339.parse(text);
		}
		catch (DateTimeParseException ex) {
			throw CloudEvent.notOne("time " + ex.getMessage() + Dialects.ofTime(text));
		}
		catch (DateTimeException ex) {
			throw CloudEvent.notOne("time " + ex.getMessage());
		}
	}

	private static Instant timeOf(ReceivedRecord record) throws UnreadableRecordException {
		if (record.timestamp() == ReceivedRecord.NO_TIMESTAMP) {
			throw CloudEvent.notOne("time is missing, and the record has no timestamp: give one of both");
		}
		Instant time = Instant.ofEpochMilli(record.timestamp());
		if (!Rfc3339.canSay(time)) {
			throw CloudEvent.notOne("time is missing, and the record's timestamp is outside of the years 0000 to 9999");
		}
		return time;
	}

	private static @Nullable Long expectedVersion(CommandType type, @Nullable String text)
			throws UnreadableRecordException {
		if (text == null || !type.verb().heedsExpectedVersion()) {
			return null;
		}
		try {
			if (INTEGER.matcher(text).matches()) {
				return Long.valueOf(text);
			}
		}
		catch (NumberFormatException ex) {
			// Too long for a version, as is said below.
		}
		throw CloudEvent.notOne("expectedversion is not an integer" + Dialects.ofText(text));
	}

	private static Command command(CommandType type, StrictJson.Data data) throws UnreadableRecordException {
		if (data.mistake() != null) {
			throw malformed(data.mistake(), data);
		}
		try {
			return type.read(data.members());
		}
		catch (MalformedDataException ex) {
			throw malformed(String.valueOf(ex.getMessage()), data);
		}
	}

	private static UnreadableRecordException malformed(String mistake, StrictJson.Data data) {
		return new UnreadableRecordException(DeadLetterReason.MALFORMED_DATA,
				mistake + Dialects.ofMembers(data.members().keySet()));
	}

	private static Tracing tracing(Map<String, String> attributes, Headers headers) throws UnreadableRecordException {
		Tracing tracing = new Tracing(passedOn(attributes, "correlationid"), passedOn(attributes, "traceparent"),
				passedOn(attributes, "tracestate"), plain(headers, EventHeaders.TRACEPARENT),
				plain(headers, EventHeaders.TRACESTATE));
		return tracing.equals(Tracing.NONE) ? Tracing.NONE : tracing;
	}

	private static @Nullable String passedOn(Map<String, String> attributes, String name)
			throws UnreadableRecordException {
		String text = attributes.get(name);
		return (text != null) ? bounded(name, text, Bounds.PASSED_ON_BYTES) : null;
	}

	private static @Nullable String plain(Headers headers, String name) throws UnreadableRecordException {
		Header last = headers.lastHeader(name);
		if (last == null || last.value() == null) {
			return null;
		}
		checkBound("the header " + name, last.value().length, Bounds.PASSED_ON_BYTES);
		return new String(last.value(), Tracing.PLAIN);
	}

	private static String bounded(String name, String text, int bytes) throws UnreadableRecordException {
		// A char has no more than three bytes, so that most need not be counted.
		if (text.length() > bytes / 3) {
			checkBound(name, Utils.utf8Length(text), bytes);
		}
		return text;
	}

	private static void checkBound(String name, int bytes, int bound) throws UnreadableRecordException {
		if (bytes > bound) {
			throw CloudEvent.notOne("%s has %d bytes, and may have %d".formatted(name, bytes, bound));
		}
	}

}
