package dev.tidemark.worker.operations;

import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A command line that means nothing is refused before anybody is asked for anything: here
 * nobody would answer.
 */
class UsageTests {

	/** All that there are, the last after an "or". */
	private static final String KINDS = Catalogue.installed()
		.aggregates()
		.stream()
		.map(AggregateType::plural)
		.collect(Collectors.joining(", "))
		.replaceFirst(", (\\w+)$", " or $1");

	private static final Cli CLI = new Cli(List.of("--spring.kafka.bootstrap-servers=localhost:1",
			"--spring.datasource.url=jdbc:postgresql://localhost:1/none"));

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = { //
			"command | wants a command id, a UUID, and nothing else",
			"command 1 | wants a command id, a UUID, and nothing else",
			"command 1-1-1-1-1 | wants a command id, a UUID, and nothing else",
			"command 8c0a6dd0-1f9b-4d0c-9a9a-6a3f4f1d2b1x | wants a command id, a UUID, and nothing else",
			"command 8c0a6dd0-1f9b-4d0c-9a9a-6a3f4f1d2b10 8c0a6dd0-1f9b-4d0c-9a9a-6a3f4f1d2b10 | wants a command id, a UUID, and nothing else",
			"command --all | there is no option --all", //
			"dead-letters | there are list, show and replay", //
			"dead-letters frobnicate | there are list, show and replay",
			"dead-letters list a-0@1 | list lists all there are; to see one, show",
			"dead-letters list --all | list has no option --all", //
			"dead-letters list --dry-run | list has no option --dry-run",
			"dead-letters show | show wants to know which: TOPIC-PARTITION@OFFSET",
			"dead-letters show nowhere | 'nowhere' is not TOPIC-PARTITION@OFFSET",
			"dead-letters show a-0@1 b-0@1 | show does not know what to do with 'b-0@1'",
			"dead-letters show a-0@1 --topic a | show has no option --topic",
			"dead-letters show a-0@1 --dry-run | show has no option --dry-run",
			"dead-letters replay | replay wants TOPIC-PARTITION@OFFSET, or --all, and not both",
			"dead-letters replay a-0@1 --all | replay wants TOPIC-PARTITION@OFFSET, or --all, and not both",
			"dead-letters replay --all --json | replay has no option --json",
			"dead-letters replay a-0@1 --reason X | replay of one has no option --reason",
			"dead-letters replay a-0@1 --topic a | replay of one has no option --topic",
			"records | there is skip TOPIC-PARTITION@OFFSET", //
			"records skip | there is skip TOPIC-PARTITION@OFFSET", //
			"records keep a-0@1 | there is skip TOPIC-PARTITION@OFFSET", //
			"records skip a-0@1 b-0@1 | there is skip TOPIC-PARTITION@OFFSET",
			"records skip a-0 | 'a-0' is not TOPIC-PARTITION@OFFSET", //
			"records skip a-0@1 --all | there is no option --all", //
			"republish | wants to know what: {kinds}", //
			"republish rows | wants to know what: {kinds}", //
			"republish tasks users | wants to know what: {kinds}",
			"republish tasks --rate 0 | --rate must be a whole number from 1 to 1000000",
			"republish tasks --rate fast | --rate must be a whole number from 1 to 1000000",
			"republish tasks --key x | 'x' can be no key of tasks",
			"republish tasks --key 00000000-0000-0000-0000-00000000000A | '00000000-0000-0000-0000-00000000000A' can be no key of tasks",
			"republish users --key= | '' can be no key of users", //
			"republish tasks --json | there is no option --json", //
			"verify | wants to know what: {kinds}", //
			"verify snapshots | wants to know what: {kinds}",
			"verify tasks --wait -1 | --wait must be a whole number from 0 to 3600",
			"verify tasks --wait 3601 | --wait must be a whole number from 0 to 3600",
			"verify tasks --wait 1 --wait 2 | --wait is there twice", })
	void wrongUsageIsSaidInOneLineAndDoesNothing(String line, String message) {
		List<String> words = List.of(line.split(" "));
		Completed completed = CLI.run(words);
		assertThat(completed.exitCode()).isEqualTo(2);
		assertThat(completed.output()).isEmpty();
		assertThat(completed.errors().strip())
			.isEqualTo("%s: %s; '%1$s --help' explains".formatted(words.getFirst(), message.replace("{kinds}", KINDS)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "command", "dead-letters", "records", "republish", "verify" })
	void helpIsAllThatIsDoneWhereItIsAskedFor(String tool) {
		Completed completed = CLI.run(List.of(tool, "frobnicate", "--help"));
		assertThat(completed.exitCode()).isZero();
		assertThat(completed.output()).isEqualTo(Tool.of(tool).help()).startsWith(tool + " ");
		assertThat(completed.errors()).isEmpty();
	}

}
