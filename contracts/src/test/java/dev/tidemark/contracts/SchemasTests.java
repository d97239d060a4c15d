package dev.tidemark.contracts;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import dev.tidemark.contracts.shipped.ShippedAggregates;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schemas say what the types say.
 */
class SchemasTests {

	static Stream<String> types() {
		return Stream.concat(Documents.commandTypes().stream().map(CommandType::wireName),
				Documents.eventTypes()
					.stream()
					.filter((type) -> !Documents.isTombstone(type))
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
	@MethodSource("dev.tidemark.contracts.Documents#commandTypes")
	void commandHasTheMembersOfItsSchemaAndNoOthers(CommandType type) {
		JsonNode schema = Documents.schemaAsJson(type.wireName());
		assertThat(schema.path("properties").propertyNames()).containsExactlyElementsOf(type.members());
		assertThat(schema.path("additionalProperties").isBoolean()).isTrue();
		assertThat(schema.path("additionalProperties").asBoolean()).isFalse();
		assertThat(type.members()).containsSubsequence(texts(schema.path("required")));
	}

	static Stream<Arguments> typesOfData() {
		return Stream.concat(Stream.of(Arguments.of(EventType.COMMAND_REJECTED, Rejection.class)),
				Documents.aggregateTypes().stream().map((type) -> Arguments.of(type.snapshot(), type.snapshotClass())));
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
	@MethodSource("dev.tidemark.contracts.Documents#commandTypes")
	void membersOfACommandHaveTheirRules(CommandType type) {
		assertHaveTheirRules(type.rules(), Member::schema, Documents.schemaAsJson(type.wireName()));
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#aggregateTypes")
	void membersOfASnapshotHaveTheirRules(AggregateType type) {
		assertHaveTheirRules(type.snapshotMembers(), Member::publishedSchema,
				Documents.schemaAsJson(type.snapshot().wireName()));
	}

	private static void assertHaveTheirRules(List<Member<?>> members, Function<Member<?>, Map<String, Object>> rules,
			JsonNode schema) {
		for (Member<?> member : members) {
			ObjectNode property = (ObjectNode) schema.path("properties").path(member.wireName());
			ObjectNode rule = (ObjectNode) Documents.JSON
				.readTree(Documents.JSON.writeValueAsString(rules.apply(member)));
			if (member.isNullable()) {
				rule.putArray("type").add(String.valueOf(member.schema().get("type"))).add("null");
				if (rule.get("enum") instanceof ArrayNode values) {
					values.addNull();
				}
			}
			if (member.preset() != null) {
				rule.set("default", Documents.JSON.readTree(Documents.JSON.writeValueAsString(member.preset())));
			}
			rule.put("description", member.description());
			assertThat(property).as(member.wireName()).isEqualTo(rule);
		}
	}

	@Test
	void aRejectionHasTheReasonsThatAreKnown() {
		JsonNode schema = Documents.schemaAsJson(EventType.COMMAND_REJECTED.wireName());
		assertThat(texts(schema.at("/properties/reason/enum")))
			.isEqualTo(ShippedAggregates.CATALOGUE.reasons().stream().map(RejectionReason::name).toList());
	}

	private static List<String> texts(JsonNode array) {
		return array.valueStream().map(JsonNode::asString).toList();
	}

}
