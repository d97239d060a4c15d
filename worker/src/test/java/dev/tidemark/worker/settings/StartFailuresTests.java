package dev.tidemark.worker.settings;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import jakarta.validation.constraints.Positive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What keeps the worker from starting is said in lines that name settings.
 */
class StartFailuresTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					OTHERS_CHOICE | banana | OTHERS_CHOICE is 'banana': it may be one, two
					OTHERS_NUMBER | banana | OTHERS_NUMBER is 'banana': it may be a whole number
					OTHERS_NUMBER | -1 | OTHERS_NUMBER is '-1': it must be greater than 0
					OTHERS_FOR_AS_LONG_AS | banana | OTHERS_FOR_AS_LONG_AS is 'banana': it may be a duration, such as 500ms, 30s or 5m
					OTHERS_SWITCHED | banana | OTHERS_SWITCHED is 'banana': it may be true or false
					OTHERS_SECRET_NUMBER | sentinel | OTHERS_SECRET_NUMBER is wrong (its value is not shown): it may be a whole number
					""")
	void aSettingOfAnybodysIsNamedByItsVariable(String variable, String value, String line) {
		assertThat(lines(Map.of(variable, value))).containsExactly(line.strip());
	}

	@Test
	void allThatIsInvalidIsTold() {
		assertThat(lines(Map.of("OTHERS_NUMBER", "0", "OTHERS_SECRET_NUMBER", "-5"))).containsExactlyInAnyOrder(
				"OTHERS_NUMBER is '0': it must be greater than 0",
				"OTHERS_SECRET_NUMBER is wrong (its value is not shown): it must be greater than 0");
	}

	@Test
	void whatSomebodyElseSaysOfASecretIsShownWithoutIt() {
		assertThat(WrittenSetting.objection("OTHERS_SECRET", "sentinel", "'sentinel' is too short"))
			.isEqualTo("OTHERS_SECRET is wrong (its value is not shown): '…' is too short");
	}

	@Test
	void aFailureThatIsNotAboutSettingsIsNone() {
		assertThat(StartFailures.lines(new IllegalStateException("something else"))).isEmpty();
		assertThat(StartFailures.lines(new PortInUseException(8081))).isEmpty();
	}

	private static List<String> lines(Map<String, String> variables) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.setEnvironment(Variables.environment(variables));
			context.register(Settings.class);
			context.refresh();
			return List.of();
		}
		catch (RuntimeException ex) {
			return StartFailures.lines(ex);
		}
	}

	enum Choice {

		ONE, TWO

	}

	@Validated
	@ConfigurationProperties("others")
	record Others(@DefaultValue("one") Choice choice, @DefaultValue("1") @Positive int number,
			@DefaultValue("1s") Duration forAsLongAs, boolean switched, @DefaultValue("1") @Positive int secretNumber) {
	}

	@EnableConfigurationProperties(Others.class)
	static class Settings {

	}

}
