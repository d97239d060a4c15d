package dev.tidemark.contracts.documents;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.NullUnless;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.Topics;
import dev.tidemark.contracts.Verb;

/**
 * The tables of a page in Markdown.
 */
final class Tables {

	private static final Pattern TABLE = Pattern
		.compile("(?ms)^(<!-- generated: ([a-z-]+) -->\\R)(?:(?!^<!--).)*^(?=<!-- end -->$)");

	private static final Pattern START = Pattern.compile("(?m)^<!-- generated: ");

	private final Catalogue catalogue;

	private final Path directory;

	/** The directory, as a link on the page has it. */
	private final String link;

	Tables(Catalogue catalogue, Path page, Path directory) {
		this.catalogue = catalogue;
		this.directory = directory;
		Path folder = page.toAbsolutePath().normalize().getParent();
		Path target = directory.toAbsolutePath().normalize();
		this.link = ((folder != null) ? folder.relativize(target) : target).toString().replace('\\', '/');
	}

	/** Returns the text of the page with tables of today. */
	String in(String page) {
		Matcher tables = TABLE.matcher(page);
		if (tables.results().count() != START.matcher(page).results().count()) {
			throw new IllegalArgumentException("A generated table has no line <!-- end -->");
		}
		return tables.reset()
			.replaceAll((table) -> Matcher.quoteReplacement(table.group(1) + "\n" + table(table.group(2)) + "\n"));
	}

	private String table(String name) {
		return switch (name) {
			case "topics" -> topics();
			case "commands" -> commands();
			case "members" -> members();
			case "reasons" -> reasons();
			case "read-models" -> readModels();
			default -> throw new IllegalArgumentException("There is no table of " + name);
		};
	}

	private String topics() {
		List<List<String>> rows = new ArrayList<>();
		for (AggregateType type : this.catalogue.aggregates()) {
			rows.add(List.of(code(type.commandTopic()), code(type.key().wireName()), "CloudEvent, JSON",
					days(AsyncApi.COMMAND_DAYS)));
		}
		for (AggregateType type : this.catalogue.aggregates()) {
			rows.add(List.of(code(type.readModelTopic()), code(type.key().wireName()),
					"CloudEvent, JSON snapshot, or a tombstone", "compact"));
		}
		rows.add(List.of(code(Topics.COMMAND_REJECTIONS), "the command's own key", "CloudEvent, JSON",
				days(AsyncApi.COMMAND_DAYS)));
		rows.add(List.of(codes(this.catalogue.aggregates().stream().map(AggregateType::deadLetterTopic)), "as received",
				"the bytes as received", days(AsyncApi.DEAD_LETTER_DAYS)));
		return table(List.of("topic", "record key", "value", "clean-up"), rows);
	}

	private String commands() {
		List<List<String>> rows = new ArrayList<>();
		for (CommandType type : this.catalogue.commands()) {
			rows.add(List.of(code(type.wireName()), code(type.topic()),
					type.rules().stream().map(Tables::member).collect(Collectors.joining(", ")), type.description(),
					schema(type.wireName()), examples("valid", type.wireName())));
		}
		return table(List.of("type", "topic", "data", "effect", "schema", "examples"), rows);
	}

	private static String member(Member<?> member) {
		String text = code(member.wireName()) + (member.isRequired() ? "" : "?");
		if (member.isNullable()) {
			return text + " (or `null`)";
		}
		return (member.preset() != null) ? "%s (else `%s`)".formatted(text, member.preset()) : text;
	}

	/** A member has a row for each of its rules, which aggregates may have in common. */
	private String members() {
		Map<String, Map<String, List<String>>> rules = new LinkedHashMap<>();
		for (AggregateType type : this.catalogue.aggregates()) {
			Map<String, Set<String>> own = new LinkedHashMap<>();
			type.commands()
				.stream()
				.flatMap((command) -> command.rules().stream())
				.forEach((member) -> own.computeIfAbsent(member.wireName(), (_) -> new LinkedHashSet<>())
					.add(member.words()));
			own.forEach((name, words) -> rules.computeIfAbsent(name, (_) -> new LinkedHashMap<>())
				.computeIfAbsent(String.join("; or ", words), (_) -> new ArrayList<>())
				.add(type.plural()));
		}
		List<List<String>> rows = new ArrayList<>();
		rules.forEach((name, words) -> words.forEach((rule, types) -> rows
			.add(List.of(code(name) + ((words.size() > 1) ? " of " + English.join(types, "and") : ""), rule))));
		return table(List.of("member", "rule"), rows);
	}

	private String reasons() {
		List<List<String>> rows = new ArrayList<>();
		Map<RejectionReason, String> words = new LinkedHashMap<>();
		Map<RejectionReason, String> deferred = new LinkedHashMap<>();
		words.put(RejectionReason.VERSION_CONFLICT, "the version is not the expected one");
		for (AggregateType type : this.catalogue.aggregates()) {
			String one = English.a(type.wireName());
			words.put(type.alreadyExists(), "%s is to be created that is there".formatted(one));
			words.put(type.notFound(), "another command of %s names one that is not there; never %s"
				.formatted(type.plural(), (type.command(Verb.RESUME) != null) ? "republish or resume" : "republish"));
			type.uniqueMembers()
				.forEach((member) -> words.put(type.taken(member),
						"%s is to have %s that another one has".formatted(one, code(member.wireName()))));
			for (AggregateType child : this.catalogue.aggregates()) {
				if (child.parents().contains(type)) {
					words.put(type.has(child), "%s is to be deleted to which %s refer".formatted(one, child.plural()));
					deferred.put(type.notFound(),
							"a deferred command's %s has not come in time".formatted(type.wireName()));
				}
			}
		}
		this.catalogue.reasons()
			.forEach((reason) -> rows.add(List.of(code(reason.name()), words.getOrDefault(reason, ""))));
		deferred.forEach((reason, when) -> rows.add(List.of(code(reason.name()), when)));
		return table(List.of("`reason`", "when"), rows);
	}

	private String readModels() {
		List<List<String>> rows = new ArrayList<>();
		for (AggregateType type : this.catalogue.aggregates()) {
			EventType snapshot = type.snapshot();
			List<String> secrets = Schemas.secrets(type);
			List<String> meaning = new ArrayList<>();
			meaning.add("the " + type.wireName() + " as a command has left it"
					+ (secrets.isEmpty() ? "" : ", without " + codes(secrets.stream())));
			type.snapshotRules().stream().map(NullUnless::words).forEach(meaning::add);
			rows.add(List.of(code(snapshot.wireName()), code(snapshot.topic()),
					type.snapshotMembers()
						.stream()
						.map((member) -> code(member.wireName()) + (member.isNullable() ? " (or `null`)" : ""))
						.collect(Collectors.joining(", ")),
					String.join("; ", meaning), schema(snapshot.wireName()),
					examples("published", snapshot.wireName())));
			EventType tombstone = type.tombstone();
			rows.add(List.of(code(tombstone.wireName()), code(tombstone.topic()), "none: a tombstone",
					"the " + type.wireName() + " is gone", "", examples("published", tombstone.wireName())));
		}
		return table(List.of("type", "topic", "data", "meaning", "schema", "examples"), rows);
	}

	private String schema(String type) {
		return "[schema](%s/%s)".formatted(this.link, Schemas.file(type));
	}

	private String examples(String kind, String type) {
		String folder = "examples/%s/%s".formatted(kind, type);
		return Files.isDirectory(this.directory.resolve(folder)) ? "[examples](%s/%s)".formatted(this.link, folder)
				: "";
	}

	private static String days(int days) {
		return "delete, %d days".formatted(days);
	}

	private static String code(String text) {
		return "`" + text + "`";
	}

	private static String codes(Stream<String> texts) {
		return texts.map(Tables::code).collect(Collectors.joining(", "));
	}

	private static String table(List<String> names, List<List<String>> rows) {
		return Stream.concat(Stream.of(names, names.stream().map((_) -> "---").toList()), rows.stream())
			.map((cells) -> cells.stream()
				.map((cell) -> cell.replace("|", "\\|").replaceAll("\\R", " "))
				.collect(Collectors.joining(" | ", "| ", " |\n")))
			.collect(Collectors.joining());
	}

}
