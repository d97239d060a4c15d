package dev.tidemark.worker.infra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Verb;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each kind of aggregates has a component that deploys all of it and nothing else, and
 * what is deployed for all kinds names none. So whoever adds one changes no file of
 * another.
 */
class AggregateComponentTests {

	/** What is for all kinds; pages, which have examples, are not among it. */
	private static final List<String> GENERAL = List.of("Dockerfile", "compose.yaml", "compose", "database", "image",
			"kubernetes/base", "kubernetes/kafka", "kubernetes/monitoring", "kubernetes/overlays", "kubernetes/scaling",
			"observability/check", "observability/grafana", "observability/prometheus");

	static List<AggregateComponent> components() {
		return AggregateComponent.all();
	}

	static List<Path> generalFiles() {
		return GENERAL.stream().flatMap((name) -> InfraFiles.files(name).stream()).toList();
	}

	@Test
	void everyKindHasAComponent() {
		assertThat(components()).extracting(AggregateComponent::kind)
			.containsExactlyInAnyOrderElementsOf(
					Catalogue.installed().aggregates().stream().map(AggregateType::wireName).toList());
	}

	@Test
	void everyOverlayHasALineForEachKind() {
		List<String> lines = components().stream().map((component) -> "../../aggregates/" + component).toList();
		assertThat(
				InfraFiles.files("kubernetes/overlays").stream().filter((file) -> file.endsWith("kustomization.yaml")))
			.hasSizeGreaterThan(1)
			.allSatisfy((file) -> {
				JsonNode overlay = InfraFiles.yaml(Files.readString(file)).getFirst();
				assertThat(overlay.at("/components").values()).extracting(JsonNode::asString)
					.containsExactlyInAnyOrderElementsOf(lines);
			});
	}

	@ParameterizedTest
	@MethodSource("components")
	void topicsAreOfItsNameAndOtherwiseAsThoseOfAllKinds(AggregateComponent component) {
		assertThat(component.yaml("kustomization.yaml").at("/resources").values()).extracting(JsonNode::asString)
			.containsExactly("topics");
		JsonNode topics = component.yaml("topics/kustomization.yaml");
		assertThat(topics.at("/namePrefix").asString()).isEqualTo(component.kind() + ".");
		assertThat(topics.at("/resources").values()).extracting(JsonNode::asString)
			.containsExactly("../../../kafka/aggregate");
	}

	@ParameterizedTest
	@MethodSource("components")
	void usersMayDoWhatTheyHaveToAndNothingElse(AggregateComponent component) {
		AggregateType type = component.type();
		// Resumes are commands of the worker's own; it has no others.
		Set<String> taking = (type.command(Verb.RESUME) != null) ? Set.of("Read", "Write", "DescribeConfigs")
				: Set.of("Read", "DescribeConfigs");
		Set<String> publishing = Set.of("Write", "DescribeConfigs");
		assertThat(access(component, "tidemark-worker")).isEqualTo(Map.of(type.commandTopic(), taking,
				type.readModelTopic(), publishing, type.deadLetterTopic(), publishing));
		assertThat(access(component, "tidemark-tools")).isEqualTo(Map.of(type.commandTopic(), Set.of("Write"),
				type.readModelTopic(), Set.of("Read"), type.deadLetterTopic(), Set.of("Read")));
		assertThat(access(component, "tidemark-repair")).isEqualTo(Map.of(type.commandTopic(), Set.of("Read", "Write"),
				type.readModelTopic(), Set.of("Read"), type.deadLetterTopic(), Set.of("Write")));
		assertThat(access(component, "tidemark-keda")).isEqualTo(Map.of(type.commandTopic(), Set.of("Describe")));
	}

	/** Operations by topic. */
	private static Map<String, Set<String>> access(AggregateComponent component, String user) {
		Map<String, Set<String>> access = new TreeMap<>();
		for (JsonNode rule : component.access(user)) {
			assertThat(rule.at("/resource/type").asString()).isEqualTo("topic");
			assertThat(rule.at("/resource/patternType").asString("literal")).isEqualTo("literal");
			Set<String> operations = rule.at("/operations")
				.values()
				.stream()
				.map(JsonNode::asString)
				.collect(toCollection(TreeSet::new));
			assertThat(access.put(rule.at("/resource/name").asString(), operations)).as("%s", rule).isNull();
		}
		return access;
	}

	@ParameterizedTest
	@MethodSource("components")
	void workersAreAddedForItsCommandsAsForThoseOfAllKinds(AggregateComponent component) {
		assertThat(component.triggers()).singleElement().satisfies((trigger) -> {
			assertThat(trigger.at("/metadata/topic").asString()).isEqualTo(component.type().commandTopic());
			AggregateComponent any = components().getFirst();
			assertThat(trigger.toString().replace('"' + component.kind(), '"' + any.kind()))
				.isEqualTo(any.triggers().getFirst().toString());
		});
	}

	@ParameterizedTest
	@MethodSource("components")
	void noOtherKindIsNamed(AggregateComponent component) throws IOException {
		Set<String> others = Catalogue.installed()
			.aggregates()
			.stream()
			.filter((type) -> type != component.type())
			.flatMap((type) -> Stream.of(type.wireName(), type.plural()))
			.collect(toSet());
		for (Path file : component.files()) {
			Set<String> words = Pattern.compile("[A-Za-z0-9]+")
				.matcher(Files.readString(file))
				.results()
				.map((word) -> word.group().toLowerCase(Locale.ROOT))
				.collect(toCollection(TreeSet::new));
			assertThat(words).as("%s", file).doesNotContainAnyElementsOf(others);
		}
	}

	/** Words do not do, as a user is more than one thing here: names do. */
	@ParameterizedTest
	@MethodSource("generalFiles")
	void whatIsForAllKindsNamesNone(Path file) throws IOException {
		String text = Files.readString(file);
		Stream<String> names = Catalogue.installed()
			.aggregates()
			.stream()
			.flatMap((type) -> Stream.of(type.commandTopic(), type.readModelTopic(), type.wireName() + "-commands",
					"tidemark.%s.".formatted(type), "TIDEMARK_TOPICS_" + type.wireName().toUpperCase(Locale.ROOT)));
		assertThat(names).isNotEmpty().noneMatch(text::contains);
	}

}
