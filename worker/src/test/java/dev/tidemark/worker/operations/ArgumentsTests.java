package dev.tidemark.worker.operations;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.worker.settings.UsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How a tool's command line is taken apart.
 */
class ArgumentsTests {

	private static final Tool TOOL = new Tool("tool", (_, _) -> 0, Set.of("json", "all"), Set.of("topic", "rate"),
			"tool\n");

	@Test
	void wordsFlagsOptionsAndSettingsAreToldApartInAnyOrder() {
		Arguments arguments = parse("--json list --topic a --tidemark.topics.partitions=3 first --topic=b second");
		assertThat(arguments.words()).containsExactly("list", "first", "second");
		assertThat(arguments.has("json")).isTrue();
		assertThat(arguments.has("all")).isFalse();
		assertThat(arguments.values("topic")).containsExactly("a", "b");
		assertThat(arguments.properties()).containsExactly("--tidemark.topics.partitions=3");
		assertThat(arguments.help()).isFalse();
	}

	@Test
	void whatIsNotGivenIsNotThere() {
		Arguments arguments = parse("");
		assertThat(arguments.words()).isEmpty();
		assertThat(arguments.value("topic")).isNull();
		assertThat(arguments.values("topic")).isEmpty();
		assertThat(arguments.number("rate", 1, 10, 7)).isEqualTo(7);
	}

	@ParameterizedTest
	@ValueSource(strings = { "--help", "help", "list --help", "--json --help" })
	void helpIsAskedForInTwoWays(String line) {
		assertThat(parse(line).help()).isTrue();
	}

	@Test
	void helpAmongOtherWordsIsAWord() {
		assertThat(parse("list help").help()).isFalse();
	}

	@Test
	void aValueMayBeAnything() {
		assertThat(parse("--topic --json").values("topic")).containsExactly("--json");
		assertThat(parse("--topic=").values("topic")).containsExactly("");
		assertThat(parse("--topic=a=b").values("topic")).containsExactly("a=b");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { //
			"--frob | there is no option --frob", //
			"--frob=1 | there is no option --frob", //
			"--json=yes | there is no option --json", //
			"--help=yes | there is no option --help", //
			"--spring.name | there is no option --spring.name", //
			"-- | there is no option --", //
			"list --topic | --topic wants a value" })
	void whatMeansNothingIsRefusedByItsName(String line, String message) {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> parse(line)).withMessage(message);
	}

	@Test
	void anOptionThatIsThereTwiceHasNoOneValue() {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> parse("--topic a --topic b").value("topic"))
			.withMessage("--topic is there twice");
	}

	@ParameterizedTest
	@CsvSource({ "1, 1", "10, 10", "007, 7", "+5, 5" })
	void aNumberInItsRangeIsTaken(String text, int number) {
		assertThat(parse("--rate " + text).number("rate", 1, 10, 3)).isEqualTo(number);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "11", "-1", "1.5", "fast", "1e1", "99999999999", "=" })
	void anythingElseIsNotTaken(String text) {
		assertThatExceptionOfType(UsageException.class)
			.isThrownBy(() -> parse("--rate=" + text).number("rate", 1, 10, 3))
			.withMessage("--rate must be a whole number from 1 to 10");
	}

	@Test
	void whatMeansNothingHereIsRefusedWithTheVerb() {
		Arguments arguments = parse("list --all --topic a");
		arguments.refuse("list", "json", "rate");
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> arguments.refuse("list", "json", "all"))
			.withMessage("list has no option --all");
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> arguments.refuse("show", "topic"))
			.withMessage("show has no option --topic");
	}

	@Test
	void everyToolOffersInItsHelpWhatItKnows() {
		assertThat(Tool.words()).containsExactly("command", "dead-letters", "realign", "records", "republish",
				"verify");
		for (String word : Tool.words()) {
			Tool tool = Tool.of(word);
			assertThat(Tool.overview()).contains(tool.help().strip());
			for (String option : List.of("json", "all", "dry-run", "topic", "reason", "key", "rate", "wait")) {
				assertThat(tool.help().contains("[--" + option) || tool.help().contains("| --" + option))
					.as(word + " --" + option)
					.isEqualTo(tool.hasFlag(option) || tool.hasOption(option));
			}
		}
	}

	private static Arguments parse(String line) {
		return Arguments.parse(TOOL, line.isEmpty() ? List.of() : List.of(line.split(" ")));
	}

}
