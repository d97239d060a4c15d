package dev.tidemark.contracts;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schemas say what the types say.
 */
class SchemasTests {

	static Stream<String> types() {
		return Stream.concat(Arrays.stream(CommandType.values()).map(CommandType::wireName),
				Arrays.stream(EventType.values())
					.filter((type) -> type != EventType.TASK_DELETED && type != EventType.USER_DELETED)
					.map(EventType::wireName));
	}

	@ParameterizedTest
	@MethodSource("types")
	void everyTypeHasASchemaForStrangers(String type) {
		JsonNode schema = Documents.schemaAsJson(type);
		assertThat(schema.path("$schema").asString()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
		assertThat(schema.path("$id").asString()).isEqualTo("https://tidemark.dev/schemas/" + type + ".schema.json");
		assertThat(schema.path("title").asString()).isNotBlank();
		assertThat(schema.path("description").asString()).isNotBlank();
		assertThat(schema.path("properties"))
			.allSatisfy((property) -> assertThat(property.path("description").asString()).isNotBlank());
	}

	@ParameterizedTest
	@EnumSource
	void commandHasTheMembersOfItsSchemaAndNoOthers(CommandType type) {
		JsonNode schema = Documents.schemaAsJson(type.wireName());
		assertThat(schema.path("properties").propertyNames()).containsExactlyElementsOf(type.members());
		assertThat(schema.path("additionalProperties").isBoolean()).isTrue();
		assertThat(schema.path("additionalProperties").asBoolean()).isFalse();
		assertThat(type.members()).containsSubsequence(texts(schema.path("required")));
	}

	static Stream<Arguments> typesOfData() {
		return Stream.of(Arguments.of(EventType.TASK_SNAPSHOT, TaskSnapshot.class),
				Arguments.of(EventType.USER_SNAPSHOT, UserSnapshot.class),
				Arguments.of(EventType.COMMAND_REJECTED, Rejection.class));
	}

	@ParameterizedTest
	@MethodSource("typesOfData")
	void eventHasTheMembersOfItsSchemaAndMayHaveMore(EventType event, Class<?> type) {
		JsonNode schema = Documents.schemaAsJson(event.wireName());
		List<String> components = Arrays.stream(type.getRecordComponents())
			.map((component) -> component.getName())
			.toList();
		assertThat(schema.path("properties").propertyNames()).containsExactlyElementsOf(components);
		assertThat(texts(schema.path("required"))).isEqualTo(components);
		assertThat(schema.has("additionalProperties")).isFalse();
	}

	@ParameterizedTest
	@MethodSource("types")
	void sameMembersHaveTheSameRules(String type) {
		JsonNode properties = Documents.schemaAsJson(type).path("properties");
		properties.forEachEntry((name, property) -> {
			switch (name) {
				case "title" -> {
					assertThat(property.path("minLength").asInt()).isEqualTo(1);
					assertThat(property.path("maxLength").asInt()).isEqualTo(1_024);
				}
				case "description" -> {
					assertThat(property.has("minLength")).isFalse();
					assertThat(property.path("maxLength").asInt()).isEqualTo(65_536);
				}
				case "username" -> {
					assertThat(property.path("minLength").asInt()).isEqualTo(1);
					assertThat(property.path("maxLength").asInt()).isEqualTo(255);
				}
				case "passwordHash" -> {
					assertThat(property.path("maxLength").asInt()).isEqualTo(PasswordHash.LONGEST);
					assertThat(property.path("pattern").asString()).isEqualTo(PasswordHash.PATTERN);
				}
				case "taskId", "commandId" -> assertThat(property.path("pattern").asString())
					.isEqualTo("^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
				case "status" -> assertThat(texts(property.path("enum")))
					.isEqualTo(Arrays.stream(TaskStatus.values()).map(TaskStatus::wireName).toList());
				case "reason" -> assertThat(texts(property.path("enum")))
					.isEqualTo(Arrays.stream(RejectionReason.values()).map(Enum::name).toList());
				default -> assertThat(name).isIn("createdAt", "updatedAt", "completedAt", "version", "commandType",
						"key", "detail");
			}
		});
	}

	private static List<String> texts(JsonNode array) {
		return array.valueStream().map(JsonNode::asString).toList();
	}

}
