package dev.tidemark.contracts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tidemark.contracts.shipped.ShippedAggregates;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is general names no aggregate, so that nobody has to come here to add one.
 */
class GeneralPackagesTests {

	/** Texts, in which a slash begins no comment, and comments. */
	private static final Pattern TEXT_OR_COMMENT = Pattern
		.compile("(?s)(\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])+')|/\\*.*?\\*/|//[^\\n]*");

	private static final Pattern WORD = Pattern.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])");

	static Stream<Path> sources() throws IOException {
		return Stream.concat(files("src/main/java/dev/tidemark/contracts", "java"),
				Stream.concat(files("src/main/java/dev/tidemark/contracts/documents", "java"),
						files("src/main/resources/dev/tidemark/contracts/documents", "yaml")));
	}

	private static Stream<Path> files(String folder, String ending) throws IOException {
		try (Stream<Path> files = Files.list(Path.of(folder))) {
			List<Path> found = files.filter((file) -> file.toString().endsWith("." + ending)).sorted().toList();
			assertThat(found).as(folder).isNotEmpty();
			return found.stream();
		}
	}

	/** Also of one that is to come. */
	private static Set<String> names() {
		return Stream
			.concat(Stream.of("task", "tasks", "user", "users", "post", "posts"),
					ShippedAggregates.CATALOGUE.aggregates()
						.stream()
						.flatMap((type) -> Stream.of(type.wireName(), type.plural())))
			.collect(Collectors.toSet());
	}

	@ParameterizedTest
	@MethodSource("sources")
	void codeNamesNoAggregate(Path source) throws IOException {
		Set<String> words = words(Files.readString(source));
		assertThat(words).isNotEmpty().doesNotContainAnyElementsOf(names());
	}

	@Test
	void wordsOfIdentifiersAndTextsCount() {
		assertThat(words("new TaskCommand(\"a // user\"); /* post */ void aHTTPPost2() {} // item"))
			.containsExactlyInAnyOrder("new", "task", "command", "a", "user", "void", "http", "post");
		assertThat(words("CREATE_TASK '\"' oneTask // \"user\"")).containsExactlyInAnyOrder("create", "task", "one");
	}

	private static Set<String> words(String source) {
		return WORD.matcher(TEXT_OR_COMMENT.matcher(source).replaceAll("$1"))
			.results()
			.map((word) -> word.group().toLowerCase(Locale.ROOT))
			.collect(Collectors.toCollection(TreeSet::new));
	}

}
