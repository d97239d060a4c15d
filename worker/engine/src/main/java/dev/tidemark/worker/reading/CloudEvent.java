package dev.tidemark.worker.reading;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import dev.tidemark.contracts.Bounds;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.envelope.ReceivedRecord;

/**
 * A CloudEvent as a record holds it, in either content mode of the Kafka protocol
 * binding; its attributes are there, but what they say has not been looked at.
 *
 * @param attributes the attributes that mean something here, by name
 * @param data the data, or what is wrong with it
 */
record CloudEvent(Map<String, String> attributes, StrictJson.Data data) {

	private static final Set<String> KNOWN = Set.of("specversion", "id", "source", "type", "time", "expectedversion",
			"correlationid", "traceparent", "tracestate");

	/** By header, the attribute that it holds in binary mode. */
	private static final Map<String, String> BY_HEADER = KNOWN.stream()
		.collect(Collectors.toUnmodifiableMap((name) -> "ce_" + name, Function.identity()));

	private static final StrictJson.Data NO_DATA = StrictJson.Data.mistaken("there is no data");

	/**
	 * Reads a record.
	 * @throws UnreadableRecordException if it holds no CloudEvent
	 */
	static CloudEvent of(ReceivedRecord record) throws UnreadableRecordException {
		checkHeaders(record.headers());
		String header = text(record.headers(), EventHeaders.CONTENT_TYPE);
		String contentType = mediaType(header);
		if (header == null || contentType == null || contentType.equals(EventHeaders.JSON)) {
			return binary(record);
		}
		if (contentType.equals(EventHeaders.CLOUDEVENTS_JSON)) {
			return structured(record);
		}
		throw notOne("content-type is neither " + EventHeaders.JSON + " nor " + EventHeaders.CLOUDEVENTS_JSON
				+ Dialects.ofContentType(header, record));
	}

	private static void checkHeaders(Headers headers) throws UnreadableRecordException {
		int count = 0;
		long bytes = 0;
		for (Header header : headers) {
			count++;
			bytes += Utils.utf8Length(header.key()) + ((header.value() != null) ? header.value().length : 0);
		}
		if (count > Bounds.HEADERS) {
			throw notOne("the record has %d headers, and may have %d".formatted(count, Bounds.HEADERS));
		}
		if (bytes > Bounds.HEADERS_BYTES) {
			throw notOne("the record's headers have %d bytes, and may have %d".formatted(bytes, Bounds.HEADERS_BYTES));
		}
	}

	private static CloudEvent binary(ReceivedRecord record) throws UnreadableRecordException {
		Map<String, String> attributes = new HashMap<>();
		for (Header header : record.headers()) {
			String name = BY_HEADER.get(header.key());
			if (name != null && attributes.put(name, text(header)) != null) {
				throw notOne(header.key() + " comes twice");
			}
		}
		return new CloudEvent(attributes, data(record));
	}

	private static StrictJson.Data data(ReceivedRecord record) {
		Integer leftOut = valueLeftOut(record);
		return (leftOut != null) ? StrictJson.Data.mistaken(tooLarge(leftOut)) : data(record.value());
	}

	/** How large the value was, if it was too large to be kept. */
	private static @Nullable Integer valueLeftOut(ReceivedRecord record) {
		return (record.leftOut() != null) ? record.leftOut().valueBytes() : null;
	}

	private static StrictJson.Data data(byte @Nullable [] value) {
		if (value == null) {
			return NO_DATA;
		}
		if (value.length > Bounds.VALUE_BYTES) {
			return StrictJson.Data.mistaken(tooLarge(value.length));
		}
		try {
			StrictJson.Data[] data = { NO_DATA };
			StrictJson.readValue(StrictJson.decode(value), (parser) -> data[0] = StrictJson.readData(parser));
			return data[0];
		}
		catch (Mistake ex) {
			return StrictJson.Data.mistaken("data " + ex.getMessage() + Dialects.ofBytes(value));
		}
	}

	private static String tooLarge(int bytes) {
		return "the value has %d bytes, and may have %d".formatted(bytes, Bounds.VALUE_BYTES);
	}

	private static CloudEvent structured(ReceivedRecord record) throws UnreadableRecordException {
		Integer leftOut = valueLeftOut(record);
		if (leftOut != null) {
			throw new UnreadableRecordException(DeadLetterReason.MALFORMED_DATA, tooLarge(leftOut));
		}
		byte[] value = record.value();
		if (value == null) {
			throw new UnreadableRecordException(DeadLetterReason.MALFORMED_DATA,
					"there is no data, as the record has no value");
		}
		if (value.length > Bounds.VALUE_BYTES) {
			throw new UnreadableRecordException(DeadLetterReason.MALFORMED_DATA, tooLarge(value.length));
		}
		Envelope envelope = new Envelope();
		try {
			StrictJson.readObject(StrictJson.decode(value), envelope::read);
		}
		catch (Mistake ex) {
			throw notOne("the value " + ex.getMessage() + Dialects.ofBytes(value));
		}
		return new CloudEvent(envelope.attributes, (envelope.data != null) ? envelope.data : NO_DATA);
	}

	/** Text of a header; null if there is none. */
	private static @Nullable String text(Headers headers, String name) throws UnreadableRecordException {
		String text = null;
		for (Header header : headers) {
			if (header.key().equals(name)) {
				if (text != null) {
					throw notOne(name + " comes twice");
				}
				text = text(header);
			}
		}
		return text;
	}

	private static String text(Header header) throws UnreadableRecordException {
		if (header.value() == null) {
			throw notOne(header.key() + " is null");
		}
		try {
			return StrictJson.decode(header.value());
		}
		catch (Mistake ex) {
			throw notOne(header.key() + " " + ex.getMessage());
		}
	}

	/** The media type without its parameters: JSON is UTF-8 whatever they say. */
	static @Nullable String mediaType(@Nullable String contentType) {
		if (contentType == null) {
			return null;
		}
		int end = contentType.indexOf(';');
		return ((end < 0) ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
	}

	static UnreadableRecordException notOne(String detail) {
		return new UnreadableRecordException(DeadLetterReason.NOT_A_CLOUD_EVENT, detail);
	}

	/** Collects the members of a structured event. */
	private static final class Envelope {

		private final Set<String> seen = new HashSet<>();

		private final Map<String, String> attributes = new HashMap<>();

		private StrictJson.@Nullable Data data;

		void read(String name, JsonParser parser) throws Mistake {
			if (!this.seen.add(name)) {
				throw new Mistake("has " + (KNOWN.contains(name) ? name : "a member") + " twice");
			}
			switch (name) {
				case "data" -> takeData(StrictJson.readData(parser));
				case "data_base64" -> takeData(fromBase64(parser));
				case "datacontenttype" -> checkDataContentType(parser);
				default -> readAttribute(name, parser);
			}
		}

		private void takeData(StrictJson.Data found) {
			this.data = (this.data != null) ? StrictJson.Data.mistaken("data: must not be beside data_base64") : found;
		}

		private static StrictJson.Data fromBase64(JsonParser parser) throws Mistake {
			String encoded = text("data_base64", parser);
			try {
				return CloudEvent.data((encoded != null) ? Base64.getDecoder().decode(encoded) : null);
			}
			catch (IllegalArgumentException ex) {
				return StrictJson.Data.mistaken("data_base64 is not Base64");
			}
		}

		private static void checkDataContentType(JsonParser parser) throws Mistake {
			String mediaType = mediaType(text("datacontenttype", parser));
			if (mediaType != null && !mediaType.equals(EventHeaders.JSON)) {
				throw new Mistake("has a datacontenttype other than " + EventHeaders.JSON);
			}
		}

		private void readAttribute(String name, JsonParser parser) throws Mistake {
			if (!KNOWN.contains(name)) {
				parser.skipChildren();
				return;
			}
			// An integer by CloudEvents' types, which senders that don't know the
			// extension write as text.
			String value = (name.equals("expectedversion") && parser.currentToken() == JsonToken.VALUE_NUMBER_INT)
					? parser.getString() : text(name, parser);
			if (value != null) {
				this.attributes.put(name, value);
			}
		}

		private static @Nullable String text(String name, JsonParser parser) throws Mistake {
			return switch (parser.currentToken()) {
				case VALUE_NULL -> null;
				case VALUE_STRING -> {
					String text = parser.getString();
					if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
						throw new Mistake("has a lone surrogate in " + name);
					}
					yield text;
				}
				default -> throw new Mistake("has something other than text as " + name);
			};
		}

	}

}
