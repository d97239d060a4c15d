package dev.tidemark.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which package may see which. The table is the journey of a record; a line added to it
 * is a decision.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.tidemark.worker";

	private static final JavaClasses worker = new ClassFileImporter().withImportOption(new DoNotIncludeTests())
		.withImportOption((location) -> !location.contains("/testing/") && !location.contains("/tidemark-testing"))
		.importPackages(ROOT);

	private static final Map<String, Set<String>> ENGINE_MAY_SEE = Map.ofEntries(
			Map.entry("intake",
					Set.of("reading", "aggregate", "batch", "deferral", "outcome", "publication", "envelope", "topics",
							"waiting", "observability")),
			Map.entry("reading", Set.of("envelope", "topics")), //
			Map.entry("batch",
					Set.of("aggregate", "deferral", "outcome", "publication", "envelope", "state", "observability")),
			Map.entry("aggregate", Set.of("outcome", "envelope", "state")), //
			Map.entry("deferral",
					Set.of("aggregate", "reading", "outcome", "publication", "envelope", "state", "waiting",
							"observability")),
			Map.entry("observability", Set.of("outcome", "envelope", "topics", "migration", "waiting")),
			Map.entry("outcome", Set.of("envelope", "state")), //
			Map.entry("retention", Set.of("outcome", "topics", "waiting")), //
			Map.entry("publication", Set.of("envelope", "topics")), //
			Map.entry("migration", Set.of("settings")), //
			Map.entry("deadletter", Set.of("envelope", "topics")), //
			Map.entry("operations",
					Set.of("aggregate", "deadletter", "envelope", "outcome", "settings", "state", "topics")), //
			Map.entry("console",
					Set.of("aggregate", "deadletter", "envelope", "migration", "operations", "topics", "waiting")),
			Map.entry("settings", Set.of()), //
			Map.entry("envelope", Set.of()), //
			Map.entry("state", Set.of()), //
			Map.entry("topics", Set.of()), //
			Map.entry("waiting", Set.of("settings")));

	/**
	 * An aggregate's package has the aggregate's name, and sees those that it refers to.
	 */
	private static final Map<String, Set<String>> MAY_SEE = Stream
		.concat(ENGINE_MAY_SEE.entrySet().stream(), Catalogue.installed()
			.aggregates()
			.stream()
			.map((type) -> Map.entry(type.wireName(),
					Stream.concat(Stream.of("aggregate", "state"), type.parents().stream().map(AggregateType::wireName))
						.collect(toSet()))))
		.collect(toMap(Map.Entry::getKey, Map.Entry::getValue));

	static Set<String> packages() {
		return MAY_SEE.keySet();
	}

	@ParameterizedTest
	@MethodSource("packages")
	void aPackageSeesWhatItMay(String name) {
		Set<String> allowed = MAY_SEE.getOrDefault(name, Set.of());
		noClasses().that()
			.resideInAPackage(ROOT + "." + name)
			.should()
			.dependOnClassesThat(new DescribedPredicate<JavaClass>("are in another package than " + allowed) {
				@Override
				public boolean test(JavaClass target) {
					String other = target.getPackageName();
					return other.startsWith(ROOT) && !other.equals(ROOT + "." + name)
							&& !(other.length() > ROOT.length()
									&& allowed.contains(other.substring(ROOT.length() + 1)));
				}
			})
			.allowEmptyShould(true)
			.check(worker);
	}

	/**
	 * What is said of one type of aggregate is said by the application, in its own
	 * package.
	 */
	@Test
	void theEngineNamesNoAggregate() throws IOException {
		Set<String> names = Catalogue.installed()
			.aggregates()
			.stream()
			.flatMap((type) -> Stream.of(type.wireName(), type.plural()))
			.collect(toSet());
		try (Stream<Path> files = Files.walk(Path.of("engine", "src", "main", "java"))) {
			List<Path> engine = files.filter((file) -> file.toString().endsWith(".java")).toList();
			assertThat(engine).hasSizeGreaterThan(150)
				.allSatisfy(
						(file) -> assertThat(wordsOfCode(file)).as(file.toString()).doesNotContainAnyElementsOf(names));
		}
	}

	/**
	 * Of names in several words, each word; without comments, and what others have named.
	 */
	private static Set<String> wordsOfCode(Path file) throws IOException {
		String code = Files.readString(file)
			.replaceAll("(?s)/\\*.*?\\*/", "")
			.replaceAll("(?m)(^import org\\..*|//.*)$", "")
			.replaceAll(
					"[Pp]ostProcess(or|BeforeInitialization|AfterInitialization|Environment)?|TaskScheduler|TaskRejectedException|(Async|Listener)TaskExecutor|setTaskDecorator|FutureTask",
					"")
			.replaceAll("DB_(MIGRATION_)?USER|(current|session)_user|pg_stat_user_tables|setUser|the user's name", "");
		return Pattern.compile("[A-Z]?[a-z]+")
			.matcher(code)
			.results()
			.map((word) -> word.group().toLowerCase(Locale.ROOT))
			.collect(toSet());
	}

	@Test
	void everyPackageIsInTheTable() {
		assertThat(worker.stream()
			.map(JavaClass::getPackageName)
			.filter((name) -> !name.equals(ROOT))
			.map((name) -> name.substring(ROOT.length() + 1))
			.collect(toSet())).isEqualTo(MAY_SEE.keySet());
	}

	@Test
	void packagesHaveNoCycles() {
		SlicesRuleDefinition.slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(worker);
	}

	@Test
	void onTheirJourneyRecordsAreConsumedByTheIntakeAndProducedByThePublicationOnly() {
		noClasses().that()
			.resideOutsideOfPackages(ROOT + ".intake", ROOT + ".topics", ROOT + ".deadletter", ROOT + ".operations",
					ROOT + ".console")
			.should()
			.dependOnClassesThat()
			.areAssignableTo(ConsumerRecord.class)
			.check(worker);
		noClasses().that()
			.resideOutsideOfPackages(ROOT + ".publication", ROOT + ".deadletter", ROOT + ".operations")
			.should()
			.dependOnClassesThat()
			.areAssignableTo(ProducerRecord.class)
			.check(worker);
	}

	@Test
	void betweenIntakeAndPublicationNobodyReadsTheClock() {
		noClasses().that()
			.resideInAnyPackage(ROOT + ".reading", ROOT + ".batch", ROOT + ".aggregate", ROOT + ".task", ROOT + ".user",
					ROOT + ".outcome", ROOT + ".deferral", ROOT + ".envelope", ROOT + ".state")
			.should()
			.callMethod(Instant.class, "now")
			.orShould()
			.callMethod(System.class, "currentTimeMillis")
			.check(worker);
	}

	@Test
	void contractsKnowNeitherSpringNorJpa() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "jakarta.persistence..", ROOT + "..")
			.check(new ClassFileImporter().importPackages("dev.tidemark.contracts"));
	}

}
