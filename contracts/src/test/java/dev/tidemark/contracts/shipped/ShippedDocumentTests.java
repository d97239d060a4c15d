package dev.tidemark.contracts.shipped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.examples.DocumentContractTests;
import dev.tidemark.contracts.examples.Example;
import dev.tidemark.contracts.examples.ExampleData;
import dev.tidemark.contracts.examples.Examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The documents and the examples of this contract, which show other libraries' habits
 * too.
 */
class ShippedDocumentTests extends DocumentContractTests {

	@Override
	protected Catalogue catalogue() {
		return ShippedAggregates.CATALOGUE;
	}

	@Override
	protected Class<?> neighbour() {
		return Command.class;
	}

	@Override
	protected List<Path> pages() {
		return List.of(ShippedDocuments.README);
	}

	@Override
	protected List<String> examplesOf(CommandType type) {
		return List.of("smallest", "fullest", "structured", "id-in-upper-case");
	}

	@Override
	protected String writer() {
		return "./mvnw -q -Pdocuments -pl contracts";
	}

	static Collection<CommandType> commandTypes() {
		return ShippedAggregates.CATALOGUE.commands();
	}

	@Test
	void theReadmeHasAllTables() throws IOException {
		assertThat(Files.readString(ShippedDocuments.README)).contains("<!-- generated: topics -->",
				"<!-- generated: commands -->", "<!-- generated: members -->", "<!-- generated: reasons -->",
				"<!-- generated: read-models -->");
	}

	@ParameterizedTest
	@MethodSource("commandTypes")
	void everyTypeHasInvalidExamples(CommandType type) {
		assertThat(Examples.invalid()).filteredOn((example) -> type.wireName().equals(ExampleData.typeOf(example)))
			.extracting(Example::reason)
			.contains(DeadLetterReason.MALFORMED_DATA);
	}

	@Test
	void everyReasonThatOneRecordCanGiveHasExamples() {
		Set<DeadLetterReason> reasons = Examples.invalid()
			.stream()
			.map(Example::reason)
			.collect(Collectors.toCollection(() -> EnumSet.noneOf(DeadLetterReason.class)));
		assertThat(reasons).containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(
				EnumSet.of(DeadLetterReason.ID_REUSED, DeadLetterReason.UNREADABLE, DeadLetterReason.UNPROCESSABLE)));
	}

	@Test
	void anExampleIsFoundByName() {
		Example example = Examples.named("valid/dev.tidemark.task.create.v1/smallest");
		assertThat(example.header("ce_type")).isEqualTo("dev.tidemark.task.create.v1");
		assertThat(example.header("ce_time")).isNull();
		assertThat(example.timestamp()).isNotNull();
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Examples.named("valid/none"))
			.withMessageContaining("valid/none");
	}

}
