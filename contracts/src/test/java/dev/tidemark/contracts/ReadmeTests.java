package dev.tidemark.contracts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.shipped.ShippedAggregates;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of the README are as the types and the files are.
 */
class ReadmeTests {

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

	private static final Path RESOURCES = Path.of("src/main/resources/dev/tidemark/contracts");

	private static List<String> lines = List.of();

	@BeforeAll
	static void read() throws IOException {
		lines = Files.readAllLines(Path.of("README.md"));
	}

	@Test
	void catalogueHasEveryCommandInOrder() {
		assertThat(rows().keySet())
			.startsWith(Documents.commandTypes().stream().map(CommandType::wireName).toArray(String[]::new));
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#commandTypes")
	void catalogueTellsTopicAndMembersOfACommand(CommandType type) {
		List<String> row = rows().getOrDefault(type.wireName(), List.of());
		List<String> required = Documents.schemaAsJson(type.wireName())
			.path("required")
			.valueStream()
			.map(JsonNode::asString)
			.toList();
		assertThat(row.get(1)).isEqualTo("`" + type.topic() + "`");
		assertThat(row.get(2).replaceAll(" \\([^)]*\\)", "")).isEqualTo(type.members()
			.stream()
			.map((member) -> "`" + member + (required.contains(member) ? "`" : "`?"))
			.collect(Collectors.joining(", ")));
		assertThat(row.get(4)).contains(RESOURCES + "/schemas/" + type.wireName() + ".schema.json");
		assertThat(row.get(5)).contains(RESOURCES + "/examples/valid/" + type.wireName());
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#readModels")
	void catalogueTellsTopicOfAnEvent(EventType type) {
		List<String> row = rows().getOrDefault(type.wireName(), List.of());
		assertThat(row.get(1)).isEqualTo("`" + type.topic() + "`");
		assertThat(row.get(5)).contains(RESOURCES + "/examples/published/" + type.wireName());
	}

	@Test
	void everyFolderOfExamplesIsLinked() throws IOException {
		List<String> folders;
		try (Stream<Path> walk = Files.walk(RESOURCES.resolve("examples"), 2)) {
			folders = walk.filter((path) -> path.getNameCount() == RESOURCES.getNameCount() + 3)
				.map(Path::toString)
				.toList();
		}
		assertThat(links()).containsAll(folders);
	}

	@Test
	void everyLinkLeadsSomewhere() {
		assertThat(links()).isNotEmpty().allSatisfy((link) -> assertThat(Path.of(link)).exists());
	}

	@Test
	void reasonsAreInTheOrderOfJudgement() {
		String text = String.join("\n", lines);
		assertThat(text).containsSubsequence(ShippedAggregates.CATALOGUE.reasons()
			.stream()
			.map((reason) -> "| `" + reason + "` |")
			.toArray(String[]::new));
		assertThat(text).containsSubsequence(Arrays.stream(DeadLetterReason.values())
			.map((reason) -> "| `" + reason + "` |")
			.toArray(String[]::new));
	}

	@Test
	void boundsAreTheOnesThatAreKnown() {
		List<String> figures = lines.stream()
			.dropWhile((line) -> !line.equals("### Bounds"))
			.skip(1)
			.takeWhile((line) -> !line.startsWith("#"))
			.filter((line) -> line.startsWith("| "))
			.skip(2)
			.map((line) -> line.split("\\|", -1)[2].replaceFirst("(?: bytes| headers).*", "").replace(",", "").strip())
			.toList();
		assertThat(figures).containsExactly(String.valueOf(Bounds.VALUE_BYTES), String.valueOf(Bounds.KEY_BYTES),
				String.valueOf(Bounds.HEADERS), String.valueOf(Bounds.HEADERS_BYTES),
				String.valueOf(Bounds.SOURCE_BYTES), String.valueOf(Bounds.PASSED_ON_BYTES));
	}

	private static List<String> links() {
		return lines.stream().flatMap((line) -> LINK.matcher(line).results().map((link) -> link.group(1))).toList();
	}

	private static Map<String, List<String>> rows() {
		return lines.stream()
			.filter((line) -> line.startsWith("| `dev.tidemark."))
			.map((line) -> Arrays.stream(line.substring(1).split("\\|", -1)).map(String::strip).toList())
			.collect(Collectors.toMap((row) -> row.getFirst().replace("`", ""), Function.identity(), (row, _) -> row,
					java.util.LinkedHashMap::new));
	}

}
