package dev.tidemark.worker.reading;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.MalformedDataException;

/**
 * JSON as the contract has it: UTF-8 without a byte order mark, nothing behind the value,
 * no member twice. What is wrong is said without showing what was sent. without showing
 * what was sent.
 */
final class StrictJson {

	/** What is nested is never read, only passed over, so depth costs next to nothing. */
	private static final int MAX_DEPTH = 100_000;

	/** An object or an array, which no member can be. */
	private static final Object NESTED = Map.of();

	private static final char REPLACEMENT = '\uFFFD';

	private static final JsonMapper JSON = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
			.build())
		.build();

	private StrictJson() {
	}

	/**
	 * Decodes UTF-8.
	 * @throws Mistake if it is none, or has a byte order mark
	 */
	static String decode(byte[] bytes) throws Mistake {
		// Much quicker than a decoder that reports; but it puts a replacement character
		// where the bytes are no UTF-8, which a text may as well have of its own.
		String text = new String(bytes, StandardCharsets.UTF_8);
		if (text.indexOf(REPLACEMENT) >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
			throw new Mistake("is not UTF-8");
		}
		if (text.startsWith("\uFEFF")) {
			throw new Mistake("starts with a byte order mark, which does not belong to it");
		}
		return text;
	}

	/**
	 * Reads an object and nothing else.
	 * @param text the JSON
	 * @param members takes each member in turn
	 * @throws Mistake if it is not JSON, or no object
	 */
	static void readObject(String text, MemberReader members) throws Mistake {
		readValue(text, (parser) -> {
			if (parser.currentToken() != JsonToken.START_OBJECT) {
				throw new Mistake("is not a JSON object");
			}
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				parser.nextToken();
				members.read(name, parser);
			}
		});
	}

	/**
	 * Reads a value and nothing else.
	 * @param text the JSON
	 * @param value takes the parser at the start of the value, and leaves it at the end
	 * @throws Mistake if it is not JSON
	 */
	static void readValue(String text, ValueReader value) throws Mistake {
		try (JsonParser parser = JSON.createParser(text)) {
			if (parser.nextToken() == null) {
				throw new Mistake("is empty");
			}
			value.read(parser);
			if (parser.nextToken() != null) {
				throw new Mistake("has something behind the JSON value");
			}
		}
		catch (JacksonException ex) {
			TokenStreamLocation location = ex.getLocation();
			throw new Mistake((location != null)
					? "is not JSON: line %d, column %d".formatted(location.getLineNr(), location.getColumnNr())
					: "is not JSON");
		}
	}

	/**
	 * Reads the members of an object, none of them nested, while the parser stands at the
	 * object's start; leaves it at the object's end. Goes on behind the first mistake, so
	 * that what follows can still be read.
	 * @param parser the parser
	 * @return the members, or the first mistake
	 */
	static Data readData(JsonParser parser) {
		if (parser.currentToken() != JsonToken.START_OBJECT) {
			boolean text = parser.currentToken() == JsonToken.VALUE_STRING;
			boolean array = parser.currentToken() == JsonToken.START_ARRAY;
			parser.skipChildren();
			return Data.mistaken("data is not a JSON object" + Dialects.ofValue(text, array));
		}
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		String mistake = null;
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken token = parser.nextToken();
			Object value = switch (token) {
				case VALUE_STRING -> parser.getString();
				case VALUE_NULL -> null;
				case VALUE_TRUE -> true;
				case VALUE_FALSE -> false;
				case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
				default -> {
					parser.skipChildren();
					yield NESTED;
				}
			};
			if (members.containsKey(name)) {
				mistake = (mistake != null) ? mistake : mistake(name, "comes twice");
			}
			else {
				members.put(name, value);
			}
		}
		return new Data(members, mistake);
	}

	private static String mistake(String member, String rule) {
		return String.valueOf(new MalformedDataException(member, rule).getMessage());
	}

	/** Reads a value, leaving the parser at its end. */
	@FunctionalInterface
	interface ValueReader {

		void read(JsonParser parser) throws Mistake;

	}

	/** Reads a member, leaving the parser at the end of its value. */
	@FunctionalInterface
	interface MemberReader {

		void read(String name, JsonParser parser) throws Mistake;

	}

	/**
	 * The members of a command's data, or what is wrong with them.
	 *
	 * @param members the members by name; of mistaken ones, what there is
	 * @param mistake what is wrong; null if nothing is
	 */
	record Data(Map<String, @Nullable Object> members, @Nullable String mistake) {

		static Data mistaken(String mistake) {
			return new Data(Map.of(), mistake);
		}

	}

}
