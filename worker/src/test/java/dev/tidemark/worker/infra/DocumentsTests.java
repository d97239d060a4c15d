package dev.tidemark.worker.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pages of the repository hang together, and say what is there. None of it needs a
 * server.
 */
class DocumentsTests {

	private static final Path ROOT = Path.of("..");

	private static final Set<String> MADE_BY_OTHERS = Set.of(".git", "target", "node_modules");

	static List<Path> pages() {
		return files(".md");
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everyLinkLeadsSomewhere(Path page) {
		assertThat(matches("]\\(([^)\\s]+)\\)", read(page)).filter((link) -> !link.matches("[a-z]+:.*")))
			.allSatisfy((link) -> {
				String file = link.replaceAll("#.*", "");
				Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
				assertThat(target).as(link).exists();
				if (link.contains("#")) {
					assertThat(InfraFiles.anchors(read(target))).contains(link.replaceAll(".*#", ""));
				}
			});
	}

	@Test
	void theReadmeIsShort() {
		assertThat(read(ROOT.resolve("README.md")).lines().count()).isLessThanOrEqualTo(200);
	}

	@Test
	void everyTestThatIsNamedIsThere() {
		Set<String> classes = files(".java").stream()
			.map((file) -> file.getFileName().toString().replace(".java", ""))
			.collect(toCollection(TreeSet::new));
		for (String page : List.of("worker/TESTS.md", ".github/CONTRIBUTING.md")) {
			assertThat(matches("`([A-Z]\\w+Tests)[#`]", read(ROOT.resolve(page)))).isNotEmpty().isSubsetOf(classes);
		}
	}

	@Test
	void everyMetricIsDocumented() {
		Set<String> documented = matches("(?m)^\\| `(tidemark\\.[a-z.]+)`(?:, `(tidemark\\.[a-z.]+)`)?",
				read(Path.of("MONITORING.md")))
			.collect(toCollection(TreeSet::new));
		Set<String> there = files(".java").stream()
			.filter((file) -> file.startsWith(ROOT.resolve("worker/engine/src/main/java")))
			.flatMap((file) -> matches("(?:public static final String [A-Z_]+ = |(?:Counter|Gauge)\\.builder\\()"
					+ "\"(tidemark\\.[a-z.]+)\"", read(file)))
			.collect(toCollection(TreeSet::new));
		assertThat(documented).isNotEmpty().isEqualTo(there);
	}

	private static Stream<String> matches(String pattern, String text) {
		return Pattern.compile(pattern).matcher(text).results().flatMap(DocumentsTests::groups);
	}

	private static Stream<String> groups(MatchResult match) {
		return Stream.iterate(1, (group) -> group <= match.groupCount(), (group) -> group + 1)
			.flatMap((group) -> Stream.ofNullable(match.group(group)));
	}

	private static List<Path> files(String suffix) {
		List<Path> files = new ArrayList<>();
		try {
			Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
				@Override
				public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
					return MADE_BY_OTHERS.contains(directory.getFileName().toString()) ? FileVisitResult.SKIP_SUBTREE
							: FileVisitResult.CONTINUE;
				}

				@Override
				public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
					if (file.getFileName().toString().endsWith(suffix)) {
						files.add(file);
					}
					return FileVisitResult.CONTINUE;
				}
			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return files;
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
