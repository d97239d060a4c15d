package dev.tidemark.worker.deadletter;

import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.EventHeaders;

/**
 * Shows records of which nothing is certain, without a password or its hash. It goes by
 * what is known to be harmless, not by what is known to be secret: a misspelt
 * {@code pasword} is as secret as the real one. What cannot be read, and so cannot be
 * judged, is not shown.
 */
final class Masking {

	static final String MASK = "***";

	/** Attributes of events, and members of commands, that are no secrets. */
	private static final Set<String> HARMLESS = Stream
		.concat(Stream.of("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema",
				"expectedversion", "correlationid", "causationid", "traceparent", "tracestate"),
				Catalogue.installed().commands().stream().flatMap((type) -> type.shownMembers().stream()))
		.collect(Collectors.toUnmodifiableSet());

	private static final Set<String> HARMLESS_HEADERS = Set.of(EventHeaders.CONTENT_TYPE, EventHeaders.TRACEPARENT,
			EventHeaders.TRACESTATE, EventHeaders.REPLAYED_FROM);

	/** $2a$10$…, $argon2id$v=19$…, and their like, cut off ones too; and digests. */
	private static final String ENCODED = "\\$[A-Za-z0-9._-]{1,24}\\$\\S"
			+ "|(?<![0-9A-Fa-f-])[0-9A-Fa-f]{32,}(?![0-9A-Fa-f-])|[A-Za-z0-9+/]{40,}";

	private static final Pattern HASH = Pattern.compile(ENCODED);

	/** Of a text that somebody has sent, and that has this in it, nothing is shown. */
	private static final Pattern SECRET = Pattern.compile(ENCODED
			// {bcrypt}…, {noop}…
			+ "|\\{[A-Za-z0-9@_.-]{2,40}\\}\\S"
			// a member within text, such as JSON in JSON
			+ "|(?i:pas+w|passphrase|pwd|hash|secret)[A-Za-z0-9_-]*[\"'\\\\\\s]*[:=>]");

	private static final JsonMapper JSON = JsonMapper
		.builder(JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_CONTENT).build())
		.build();

	private Masking() {
	}

	/** Shows a text that is not known to be JSON, such as a key. */
	static @Nullable String text(byte @Nullable [] bytes) {
		if (bytes == null) {
			return null;
		}
		String text = decode(bytes);
		return (text != null) ? text(text) : notShown(bytes, "not UTF-8");
	}

	private static String text(String text) {
		return SECRET.matcher(text).find() ? MASK : text;
	}

	/** Shows what a worker has said of a record, which is free to speak of hashes. */
	static @Nullable String detail(byte @Nullable [] bytes) {
		String text = (bytes != null) ? decode(bytes) : null;
		return (text != null && HASH.matcher(text).find()) ? MASK : text;
	}

	/** Shows the value of a header that the record had when it was received. */
	static @Nullable String header(String name, byte @Nullable [] value) {
		boolean harmless = HARMLESS_HEADERS.contains(name)
				|| (name.startsWith("ce_") && HARMLESS.contains(name.substring("ce_".length())));
		return (harmless || value == null) ? text(value) : "(%d bytes, not shown)".formatted(value.length);
	}

	/** Shows what of a header's name may be shown. */
	static String headerName(String name) {
		return text(name);
	}

	/** Shows a record's value: so much of it as is JSON. */
	static @Nullable String value(byte @Nullable [] bytes) {
		if (bytes == null) {
			return null;
		}
		String text = decode(bytes);
		return (text != null) ? json(text, bytes) : notShown(bytes, "not UTF-8");
	}

	private static String json(String text, byte[] bytes) {
		StringWriter shown = new StringWriter();
		String end = "";
		try (JsonParser parser = JSON.createParser(text); JsonGenerator generator = JSON.createGenerator(shown)) {
			try {
				if (parser.nextToken() != null) {
					copy(parser, generator, false);
				}
				if (parser.nextToken() != null) {
					end = " … (what follows is not shown)";
				}
			}
			catch (JacksonException ex) {
				TokenStreamLocation place = (ex.getLocation() != null) ? ex.getLocation() : parser.currentLocation();
				end = " … (not JSON from line %d, column %d on: not shown)".formatted(place.getLineNr(),
						place.getColumnNr());
			}
		}
		return shown.toString().isEmpty() ? notShown(bytes, "not JSON") : shown + end;
	}

	private static void copy(JsonParser parser, JsonGenerator generator, boolean harmless) {
		switch (parser.currentToken()) {
			case START_OBJECT -> {
				generator.writeStartObject();
				while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
					copyMember(parser, generator);
				}
				generator.writeEndObject();
			}
			case START_ARRAY -> {
				generator.writeStartArray();
				while (parser.nextToken() != JsonToken.END_ARRAY) {
					copy(parser, generator, harmless);
				}
				generator.writeEndArray();
			}
			case VALUE_NULL -> generator.writeNull();
			case VALUE_STRING -> generator.writeString(harmless ? text(parser.getString()) : MASK);
			default -> {
				if (harmless && text(parser.getString()).equals(parser.getString())) {
					generator.writeRawValue(parser.getString());
				}
				else {
					generator.writeString(MASK);
				}
			}
		}
	}

	private static void copyMember(JsonParser parser, JsonGenerator generator) {
		String name = parser.currentName();
		JsonToken token = parser.nextToken();
		generator.writeName(text(name));
		if (name.equals("data_base64") && token == JsonToken.VALUE_STRING) {
			generator.writeString(base64(parser.getString()));
		}
		else if (name.equals("data") || HARMLESS.contains(name)) {
			copy(parser, generator, HARMLESS.contains(name));
		}
		else {
			parser.skipChildren();
			generator.writeString(MASK);
		}
	}

	private static String base64(String encoded) {
		try {
			return "(decoded) " + value(Base64.getDecoder().decode(encoded));
		}
		catch (IllegalArgumentException ex) {
			return MASK;
		}
	}

	private static @Nullable String decode(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	private static String notShown(byte[] bytes, String why) {
		return "(%d bytes, %s: not shown)".formatted(bytes.length, why);
	}

}
