package dev.tidemark.contracts.examples;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventHeaders;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What is in an {@link Example}, in either of the modes in which events are sent.
 */
public final class ExampleData {

	/**
	 * Strict, but deeper than the deepest example, so that it is for the schema to
	 * refuse.
	 */
	public static final ObjectMapper JSON = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(10_000).build())
			.build())
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private ExampleData() {
	}

	/**
	 * Returns what the attribute {@code type} says.
	 * @param example any example
	 * @return the type, or null where it cannot be found
	 */
	public static @Nullable String typeOf(Example example) {
		if (isStructured(example)) {
			JsonNode event = parse(example.value());
			return (event != null) ? event.path("type").asString(null) : null;
		}
		return example.header(EventHeaders.CE_TYPE);
	}

	/**
	 * Returns the data of the event.
	 * @param example any example
	 * @return the data, or null where there is none, or two, or none that is JSON
	 */
	public static @Nullable JsonNode dataOf(Example example) {
		JsonNode value = parse(example.value());
		if (value == null || !isStructured(example)) {
			return value;
		}
		if (value.has("data") && value.has("data_base64")) {
			return null;
		}
		if (value.path("data_base64").isString()) {
			try {
				return parse(value.path("data_base64").binaryValue());
			}
			catch (JacksonException ex) {
				return null;
			}
		}
		return value.get("data");
	}

	/**
	 * Returns the members of the data in the form that {@link CommandType#read} takes.
	 * @param data any JSON
	 * @return the members, or null where there is no object, or another one in it
	 */
	public static @Nullable Map<String, @Nullable Object> membersOf(@Nullable JsonNode data) {
		if (data == null || !data.isObject()) {
			return null;
		}
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		for (Map.Entry<String, JsonNode> member : data.properties()) {
			JsonNode value = member.getValue();
			if (value.isContainer()) {
				return null;
			}
			members.put(member.getKey(), switch (value.getNodeType()) {
				case NULL -> null;
				case STRING -> value.asString();
				case BOOLEAN -> value.asBoolean();
				case NUMBER -> value.decimalValue();
				default -> value;
			});
		}
		return members;
	}

	private static boolean isStructured(Example example) {
		String contentType = example.header(EventHeaders.CONTENT_TYPE);
		return contentType != null && contentType.startsWith(EventHeaders.CLOUDEVENTS_JSON);
	}

	private static @Nullable JsonNode parse(byte @Nullable [] value) {
		if (value == null) {
			return null;
		}
		try {
			// Of bytes, Jackson guesses the encoding, and is lenient about UTF-8.
			JsonNode json = JSON.readTree(UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
			return json.isMissingNode() ? null : json;
		}
		catch (CharacterCodingException | JacksonException ex) {
			return null;
		}
	}

}
