package dev.tidemark.contracts.documents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.NullUnless;
import dev.tidemark.contracts.RejectionReason;

/**
 * JSON Schemas (2020-12) of {@code data}, with nothing that draft-07 reads otherwise.
 */
final class Schemas {

	private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

	private static final String IDS = "https://tidemark.dev/schemas/";

	private Schemas() {
	}

	/** Returns the name of the file that has the schema of a type. */
	static String file(String type) {
		return "schemas/" + type + ".schema.json";
	}

	static Map<String, Object> of(CommandType type) {
		Map<String, Object> schema = start(type.wireName(), type.title(),
				"The data of a command that " + English.small(type.description()));
		schema.put("properties", properties(type.rules(), Member::schema));
		schema.put("required", type.rules().stream().filter(Member::isRequired).map(Member::wireName).toList());
		schema.put("additionalProperties", false);
		if (type.isPatch()) {
			schema.put("minProperties", 2);
		}
		return schema;
	}

	static Map<String, Object> ofSnapshots(AggregateType type) {
		String one = English.a(type.wireName());
		List<String> secrets = secrets(type);
		Map<String, Object> schema = start(type.snapshot().wireName(), "Snapshot of " + one,
				"The data of an event that tells " + one + " as a command has left it"
						+ (secrets.isEmpty() ? "" : ", without " + English.join(secrets, "and"))
						+ ". Every member is always there. More members may come: ignore what you do not know.");
		schema.put("properties", properties(type.snapshotMembers(), Member::publishedSchema));
		schema.put("required", type.snapshotMembers().stream().map(Member::wireName).toList());
		List<Map<String, Object>> rules = type.snapshotRules().stream().map(NullUnless::schema).toList();
		if (rules.size() == 1) {
			schema.putAll(rules.getFirst());
		}
		else if (!rules.isEmpty()) {
			schema.put("allOf", rules);
		}
		return schema;
	}

	/** Returns the names of members that are never published. */
	static List<String> secrets(AggregateType type) {
		return type.commands()
			.stream()
			.flatMap((command) -> command.rules().stream())
			.filter(Member::isSecret)
			.map(Member::wireName)
			.distinct()
			.toList();
	}

	static Map<String, Object> ofRejections(Catalogue catalogue) {
		Map<String, Object> schema = start(EventType.COMMAND_REJECTED.wireName(), "Rejection of a command",
				"The data of an event that tells of a command that was well formed, but that the state forbade: nothing "
						+ "changed. More members and more reasons may come: ignore members that you do not know, and "
						+ "take a reason that you do not know for a rejection all the same.");
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("commandId", property("The id of the command, in lower case, however the command had it.",
				Member.uuid("commandId", "").schema()));
		properties.put("commandType", text("The type of the command.", "minLength", 1));
		properties.put("key", text("The key of the command's record.", "minLength", 1));
		properties.put("reason", text(
				"Why it was rejected. Where several reasons hold, it is the first in this order, but for a deferred "
						+ "command that waited in vain for what it refers to: that this was not found is judged last.",
				"enum", catalogue.reasons().stream().map(RejectionReason::name).toList()));
		properties.put("detail", property(
				"The reason in words for people, which may change at any time. It never has a secret, such as a hash.",
				Map.of("type", "string")));
		schema.put("properties", properties);
		schema.put("required", List.copyOf(properties.keySet()));
		return schema;
	}

	private static Map<String, Object> start(String type, String title, String description) {
		Map<String, Object> schema = new LinkedHashMap<>();
		schema.put("$schema", DIALECT);
		schema.put("$id", IDS + type + ".schema.json");
		schema.put("title", title);
		schema.put("description", description);
		schema.put("type", "object");
		return schema;
	}

	private static Map<String, Object> properties(List<Member<?>> members,
			Function<Member<?>, Map<String, Object>> rule) {
		Map<String, Object> properties = new LinkedHashMap<>();
		for (Member<?> member : members) {
			Map<String, Object> property = property(member.description(), rule.apply(member));
			if (member.isNullable()) {
				property.replace("type", List.of(String.valueOf(property.get("type")), "null"));
				property.computeIfPresent("enum", (_, values) -> orNull((List<?>) values));
			}
			Object preset = member.preset();
			if (preset != null) {
				property.put("default", preset);
			}
			properties.put(member.wireName(), property);
		}
		return properties;
	}

	/** What is null must be among the values that are possible. */
	private static List<Object> orNull(List<?> values) {
		List<Object> more = new ArrayList<>(values);
		more.add(Json.NULL);
		return more;
	}

	private static Map<String, Object> text(String description, String keyword, Object value) {
		Map<String, Object> rule = new LinkedHashMap<>();
		rule.put("type", "string");
		rule.put(keyword, value);
		return property(description, rule);
	}

	private static Map<String, Object> property(String description, Map<String, Object> rule) {
		Map<String, Object> property = new LinkedHashMap<>();
		property.put("description", description);
		property.putAll(rule);
		return property;
	}

}
