package dev.tidemark.worker.infra;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever is called finds what to do.
 */
class RunbookTests {

	private static final String RUNBOOK = "observability/RUNBOOK.md";

	/** The words that the health has for what is wrong. */
	private static final List<String> WORDS = List.of("DATABASE_UNREACHABLE", "BROKER_UNREACHABLE", "TOPICS_MISSING",
			"SCHEMA_BEHIND", "TOO_MANY_DEAD_LETTERS", "PARTITION_UNREADABLE", "OUT_OF_STEP", "EVENT_TOO_LARGE",
			"UNEXPECTED_FAILURE", "CONSUMER_STALLED", "CONSUMERS_STARTING");

	private static final List<String> QUESTIONS = List.of("**Users feel**", "**Look**", "**Do**", "**Over**");

	/** The runbook's sections by their headings. */
	private static Map<String, String> sections() {
		return Arrays.stream(InfraFiles.read(RUNBOOK).split("(?m)^#{1,3} ", -1))
			.skip(1)
			.collect(toMap((section) -> section.lines().findFirst().orElseThrow(), (section) -> section));
	}

	@Test
	void everyAlertLeadsToWhatToDo() {
		Map<String, String> sections = sections();
		assertThat(InfraFiles.alerts()).isNotEmpty().allSatisfy((alert) -> {
			String name = alert.at("/alert").asString();
			assertThat(alert.at("/annotations/runbook").asString())
				.isEqualTo("infra/%s#%s".formatted(RUNBOOK, name.toLowerCase(Locale.ROOT)));
			assertThat(alert.at("/labels/severity").asString()).isIn("page", "ticket");
			String section = sections.get(name);
			assertThat(section).as(name).isNotNull();
			WORDS.stream()
				.filter((word) -> section.contains("See [%s]".formatted(word)))
				.findAny()
				.ifPresentOrElse((word) -> assertThat(sections).containsKey(word),
						() -> assertThat(section).as(name).contains(QUESTIONS));
		});
	}

	@Test
	void everyWordOfTheHealthHasItsSection() {
		Map<String, String> sections = sections();
		assertThat(WORDS).allSatisfy((word) -> {
			assertThat(sections).containsKey(word);
			assertThat(sections.get(word)).contains(QUESTIONS);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { RUNBOOK, "kubernetes/README.md", "kubernetes/SIZING.md" })
	void everyLinkLeadsSomewhere(String page) {
		Stream<String> links = Pattern.compile("]\\(([^)]+)\\)")
			.matcher(InfraFiles.read(page))
			.results()
			.map((link) -> link.group(1));
		assertThat(links).isNotEmpty().allSatisfy((link) -> {
			String file = link.replaceAll("#.*", "");
			String target = file.isEmpty() ? page : page.replaceAll("[^/]+$", "") + file;
			assertThat(Files.exists(InfraFiles.path(target))).as(link).isTrue();
			if (link.contains("#")) {
				assertThat(InfraFiles.anchors(InfraFiles.read(target))).contains(link.replaceAll(".*#", ""));
			}
		});
	}

}
