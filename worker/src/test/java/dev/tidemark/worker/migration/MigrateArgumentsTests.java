package dev.tidemark.worker.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.worker.migration.MigrateArguments.Verb;
import dev.tidemark.worker.settings.UsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How a {@code migrate} command line is taken apart.
 */
class MigrateArgumentsTests {

	@ParameterizedTest
	@CsvSource(nullValues = "-",
			value = { "upgrade, UPGRADE, -", "upgrade head, UPGRADE, head", "upgrade +2, UPGRADE, +2",
					"upgrade 0003 --sql, UPGRADE, 0003", "--sql downgrade -1, DOWNGRADE, -1",
					"downgrade base, DOWNGRADE, base", "downgrade, DOWNGRADE, -", "current --json, CURRENT, -",
					"history --json, HISTORY, -", "status --check --json, STATUS, -", "stamp head, STAMP, head",
					"validate, VALIDATE, -", "lint, LINT, -", "reset --yes, RESET, -" })
	void aVerbAndWhereToAreToldApart(String line, Verb verb, @Nullable String target) {
		MigrateArguments arguments = parse(line);
		assertThat(arguments.verb()).isEqualTo(verb);
		assertThat(arguments.target()).isEqualTo(target);
	}

	@Test
	void optionsAndSettingsAreToldApart() {
		MigrateArguments arguments = parse("status --check --spring.datasource.url=jdbc:none --json");
		assertThat(arguments.has("check")).isTrue();
		assertThat(arguments.has("json")).isTrue();
		assertThat(arguments.has("sql")).isFalse();
		assertThat(arguments.properties()).containsExactly("--spring.datasource.url=jdbc:none");
	}

	@ParameterizedTest
	@ValueSource(strings = { "help", "--help", "upgrade --help", "frobnicate --help", "upgrade 1 2 3 --help" })
	void helpIsAskedForInTwoWays(String line) {
		assertThat(parse(line).verb()).isEqualTo(Verb.HELP);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { //
			"'' | What? One of upgrade, downgrade, current, history, status, stamp, validate, lint, reset, help; 'migrate --help' explains",
			"frobnicate | There is no 'frobnicate'; there are upgrade, downgrade, current, history, status, stamp, validate, lint, reset, help",
			"upgrade 0001 0002 | upgrade does not know what to do with '0002'",
			"current head | current does not know what to do with 'head'",
			"upgrade --all | upgrade has no option --all", //
			"upgrade --json | upgrade has no option --json", //
			"history --check | history has no option --check", //
			"reset --sql | reset has no option --sql", //
			"validate --yes | validate has no option --yes" })
	void whatMeansNothingIsRefusedByItsName(String line, String message) {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> parse(line)).withMessage(message);
	}

	@ParameterizedTest
	@EnumSource
	void everyVerbIsExplained(Verb verb) {
		assertThat(Verb.help()).contains("migrate " + verb.word());
		assertThat(Verb.of(verb.word())).isEqualTo(verb);
	}

	private static MigrateArguments parse(String line) {
		return MigrateArguments.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")));
	}

}
