package dev.tidemark.contracts.documents;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Verb;

/**
 * The AsyncAPI document. What is the same whatever is declared stands in a template;
 * whatever has a name of an aggregate is put into it.
 */
final class AsyncApi {

	private static final String TEMPLATE = "asyncapi.template.yaml";

	/** A line of the template that others take the place of. */
	private static final Pattern PLACE = Pattern.compile("(?m)^( *)\\$\\{([A-Za-z]+)\\}$");

	/** A message or a schema of the template. */
	private static final Pattern COMPONENT = Pattern.compile("(?m)^ {4}([A-Z][A-Za-z]*):$");

	private static final String BINDING = "0.5.0";

	/** How long commands and rejections are kept. */
	static final int COMMAND_DAYS = 7;

	/** How long dead letters are kept. */
	static final int DEAD_LETTER_DAYS = 30;

	private static final long DAY = 24 * 60 * 60 * 1_000L;

	private final Catalogue catalogue;

	private final String template;

	private final Map<CommandType, String> messages;

	private final Map<AggregateType, String> keys;

	private AsyncApi(Catalogue catalogue) {
		this.catalogue = catalogue;
		this.template = template();
		Set<String> names = COMPONENT.matcher(this.template)
			.results()
			.map((component) -> component.group(1))
			.collect(Collectors.toCollection(HashSet::new));
		for (AggregateType type : catalogue.aggregates()) {
			Stream.of(snapshot(type), tombstone(type), structured(type)).forEach((name) -> take(name, names));
		}
		this.messages = names(catalogue.commands(), (command) -> command.command().getSimpleName(),
				(command) -> capital(command.aggregate()), names);
		this.keys = names(catalogue.aggregates(), (type) -> English.capital(type.key().wireName()), AsyncApi::capital,
				names);
	}

	static String of(Catalogue catalogue) {
		return new AsyncApi(catalogue).document();
	}

	private static String template() {
		try (InputStream stream = AsyncApi.class.getResourceAsStream(TEMPLATE)) {
			return new String(Objects.requireNonNull(stream, TEMPLATE).readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Gives everything a name, with the aggregate's before it where it has to be. */
	private static <T> Map<T, String> names(Iterable<T> things, Function<T, String> name, Function<T, String> aggregate,
			Set<String> taken) {
		Map<String, Integer> wanted = new HashMap<>();
		things.forEach((thing) -> wanted.merge(name.apply(thing), 1, Integer::sum));
		Map<T, String> names = new HashMap<>();
		for (T thing : things) {
			String own = name.apply(thing);
			boolean unique = wanted.getOrDefault(own, 0) == 1 && !taken.contains(own);
			names.put(thing, take(unique ? own : aggregate.apply(thing) + own, taken));
		}
		return names;
	}

	private static String take(String name, Set<String> taken) {
		if (!taken.add(name)) {
			throw new IllegalArgumentException("Two things would be " + name + " in the AsyncAPI document");
		}
		return name;
	}

	private String document() {
		Map<String, List<String>> parts = new HashMap<>();
		parts.put("tags", this.catalogue.aggregates().stream().map((type) -> "- name: " + type.plural()).toList());
		parts.put("commandChannels", forEach(this::commandChannel));
		parts.put("readModelChannels", forEach(this::readModelChannel));
		parts.put("deadLetterChannels", forEach(this::deadLetterChannel));
		parts.put("receiveOperations", forEach(this::receive));
		parts.put("resumeOperations", forEach(this::resume));
		parts.put("publishOperations", forEach(this::publish));
		parts.put("deadLetterOperations", forEach(this::setAside));
		parts.put("commandMessages", forEach(this::commandMessages));
		parts.put("structuredMessages", forEach(this::structuredMessage));
		parts.put("eventMessages", forEach(this::eventMessages));
		parts.put("keys", forEach(this::key));
		parts.put("structuredCommands", forEach(this::structuredCommand));
		parts.put("deadLetterReasons",
				Yaml.write(Map.of("enum", Arrays.stream(DeadLetterReason.values()).map(Enum::name).toList())));
		return PLACE.matcher(this.template).replaceAll((place) -> Matcher.quoteReplacement(lines(place, parts)));
	}

	private static String lines(MatchResult place, Map<String, List<String>> parts) {
		return Objects.requireNonNull(parts.get(place.group(2)), place.group(2))
			.stream()
			.map((line) -> place.group(1) + line)
			.collect(Collectors.joining("\n"));
	}

	private List<String> forEach(BiConsumer<AggregateType, Map<String, Object>> part) {
		Map<String, Object> all = new LinkedHashMap<>();
		this.catalogue.aggregates().forEach((type) -> part.accept(type, all));
		return Yaml.write(all);
	}

	// Channels

	private void commandChannel(AggregateType type, Map<String, Object> channels) {
		Map<String, Object> messages = new LinkedHashMap<>();
		commandMessageNames(type).forEach((name) -> messages.put(English.small(name), message(name)));
		channels.put(commands(type),
				map("address", type.commandTopic(), "title", capital(type) + " commands", "description",
						"What is asked of %s. The record's key is %s.".formatted(type.plural(), type.key()), "messages",
						messages, "bindings", topic("delete", COMMAND_DAYS)));
	}

	private void readModelChannel(AggregateType type, Map<String, Object> channels) {
		Map<String, Object> messages = new LinkedHashMap<>();
		eventMessageNames(type).forEach((name) -> messages.put(English.small(name), message(name)));
		channels.put(readModel(type), map("address", type.readModelTopic(), "title", "Read model of " + type.plural(),
				"description",
				("For each %s every version once and in order, to a consumer that reads committed records only. "
						+ "What compaction leaves is what the table holds.")
					.formatted(type.wireName()),
				"messages", messages, "bindings", topic("compact", 0)));
	}

	private void deadLetterChannel(AggregateType type, Map<String, Object> channels) {
		channels.put(deadLetters(type), map("address", type.deadLetterTopic(), "title",
				"Dead letters of %s commands".formatted(type.wireName()), "description",
				"Records of %s that can never be commands, or could not be applied. Key and value are as received."
					.formatted(type.commandTopic()),
				"messages", map("deadLetter", message("DeadLetter")), "bindings", topic("delete", DEAD_LETTER_DAYS)));
	}

	private static Map<String, Object> topic(String cleanUp, int days) {
		Map<String, Object> configuration = map("cleanup.policy", List.of(cleanUp));
		if (days > 0) {
			configuration.put("retention.ms", days * DAY);
		}
		return map("kafka", map("topicConfiguration", configuration, "bindingVersion", BINDING));
	}

	// Operations

	private void receive(AggregateType type, Map<String, Object> operations) {
		operations.put("receive%sCommands".formatted(capital(type)), operation("receive", commands(type),
				"Apply %s commands".formatted(type.wireName()),
				type.parents().isEmpty() ? "Each is applied, rejected or dead-lettered: exactly one of the three."
						: "Each is applied, rejected, deferred or dead-lettered: exactly one of the four.",
				commandMessageNames(type)));
	}

	private void resume(AggregateType type, Map<String, Object> operations) {
		CommandType resume = type.command(Verb.RESUME);
		if (resume != null) {
			String parents = English.join(type.parents().stream().map(AggregateType::wireName).toList(), "or");
			operations.put("resume" + English.capital(type.plural()), operation("send", commands(type),
					"Take up deferred commands",
					"The worker sends itself one for each %s that waits, when its %s has come or its time is over."
						.formatted(type.wireName(), parents),
					List.of(nameOf(resume))));
		}
	}

	private void publish(AggregateType type, Map<String, Object> operations) {
		operations.put("publish" + English.capital(type.plural()),
				operation("send", readModel(type), "Publish " + type.plural(),
						"One for each command that is applied, and one for each republish.", eventMessageNames(type)));
	}

	private void setAside(AggregateType type, Map<String, Object> operations) {
		operations.put("deadLetter%sCommands".formatted(capital(type)),
				operation("send", deadLetters(type), "Set %s commands aside".formatted(type.wireName()),
						"One for each record that is dead-lettered.", List.of("DeadLetter")));
	}

	private static Map<String, Object> operation(String action, String channel, String title, String description,
			List<String> messages) {
		return map("action", action, "channel", reference("#/channels/" + channel), "title", title, "description",
				description, "messages",
				messages.stream()
					.map((name) -> reference("#/channels/%s/messages/%s".formatted(channel, English.small(name))))
					.toList());
	}

	// Messages

	private void commandMessages(AggregateType type, Map<String, Object> messages) {
		for (CommandType command : type.commands()) {
			messages.put(nameOf(command),
					message(type, command.wireName(), command.title(), null, EventHeaders.JSON, headers(
							command.verb().heedsExpectedVersion() ? "VersionedCommandHeaders" : "CommandHeaders",
							command.wireName()), data(command.wireName())));
		}
	}

	private void structuredMessage(AggregateType type, Map<String, Object> messages) {
		messages.put(structured(type),
				message(type, "structured-%s-command".formatted(type.wireName()),
						"Any %s command, in structured mode".formatted(type.wireName()),
						"The value is the whole event. Attributes that are in headers too are not read.",
						EventHeaders.CLOUDEVENTS_JSON, schema("StructuredHeaders"), schema(structured(type))));
	}

	private void eventMessages(AggregateType type, Map<String, Object> messages) {
		String one = English.capital(English.a(type.wireName()));
		EventType snapshot = type.snapshot();
		messages.put(snapshot(type), message(type, snapshot.wireName(), one + ", as a command has left it", null,
				EventHeaders.JSON, headers("SnapshotHeaders", snapshot.wireName()), data(snapshot.wireName())));
		EventType tombstone = type.tombstone();
		messages.put(tombstone(type),
				message(type, tombstone.wireName(), one + " is gone",
						"A tombstone. The record has no value, and so no content type.", null,
						headers("TombstoneHeaders", tombstone.wireName()), map("type", "null")));
	}

	private Map<String, Object> message(AggregateType type, String name, String title, @Nullable String summary,
			@Nullable String contentType, Map<String, Object> headers, Map<String, Object> payload) {
		Map<String, Object> message = map("name", name, "title", title);
		if (summary != null) {
			message.put("summary", summary);
		}
		if (contentType != null) {
			message.put("contentType", contentType);
		}
		message.put("tags", List.of(map("name", type.plural())));
		message.put("headers", headers);
		message.put("payload", payload);
		message.put("bindings", map("kafka",
				map("key", schema(Objects.requireNonNull(this.keys.get(type))), "bindingVersion", BINDING)));
		return message;
	}

	private static Map<String, Object> headers(String schema, String type) {
		return map("type", "object", "allOf",
				List.of(schema(schema), map("properties", map(EventHeaders.CE_TYPE, map("const", type)))));
	}

	// Schemas

	private void key(AggregateType type, Map<String, Object> schemas) {
		Member<?> key = type.key();
		// A create says of its key what is true before it only.
		Map<String, Object> schema = map("description", type.snapshotMembers().getFirst().description());
		if ("integer".equals(key.schema().get("type"))) {
			// A key is text, whatever the member is.
			schema.putAll(map("type", "string", "pattern", "^(?:0|-?[1-9][0-9]{0,18})$"));
		}
		else {
			schema.putAll(key.schema());
		}
		schemas.put(Objects.requireNonNull(this.keys.get(type)), schema);
	}

	private void structuredCommand(AggregateType type, Map<String, Object> schemas) {
		List<Map<String, Object>> commands = type.commands()
			.stream()
			.map((command) -> map("properties",
					map("type", map("const", command.wireName()), "data", data(command.wireName()))))
			.toList();
		schemas.put(structured(type), map("allOf", List.of(schema("StructuredCommand"), map("oneOf", commands))));
	}

	// Names

	private List<String> commandMessageNames(AggregateType type) {
		return Stream.concat(type.commands().stream().map(this::nameOf), Stream.of(structured(type))).toList();
	}

	private static List<String> eventMessageNames(AggregateType type) {
		return List.of(snapshot(type), tombstone(type));
	}

	private String nameOf(CommandType command) {
		return Objects.requireNonNull(this.messages.get(command));
	}

	private static String capital(AggregateType type) {
		return English.capital(type.wireName());
	}

	private static String snapshot(AggregateType type) {
		return capital(type) + "Snapshot";
	}

	private static String tombstone(AggregateType type) {
		return capital(type) + "Deleted";
	}

	private static String structured(AggregateType type) {
		return "Structured%sCommand".formatted(capital(type));
	}

	private static String commands(AggregateType type) {
		return type.wireName() + "Commands";
	}

	private static String readModel(AggregateType type) {
		return type.wireName() + "ReadModel";
	}

	private static String deadLetters(AggregateType type) {
		return commands(type) + "DeadLetters";
	}

	// References

	private static Map<String, Object> message(String name) {
		return reference("#/components/messages/" + name);
	}

	private static Map<String, Object> schema(String name) {
		return reference("#/components/schemas/" + name);
	}

	private static Map<String, Object> data(String type) {
		return reference("./" + Schemas.file(type));
	}

	private static Map<String, Object> reference(String to) {
		return map("$ref", to);
	}

	private static Map<String, Object> map(Object... entries) {
		Map<String, Object> map = new LinkedHashMap<>();
		for (int i = 0; i < entries.length; i += 2) {
			map.put((String) entries[i], entries[i + 1]);
		}
		return map;
	}

}
