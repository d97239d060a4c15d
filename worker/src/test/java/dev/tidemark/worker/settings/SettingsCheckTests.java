package dev.tidemark.worker.settings;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.settings.Setting.Part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What was configured is looked at as a whole, and what is wrong with it is said by name.
 */
class SettingsCheckTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					DB_HOST | '' | DB_HOST is '': it may be the name or the address of the database's host, and DB_PORT its port
					DB_HOST | localhost:5432 | DB_HOST is 'localhost:5432': it may be the name or the address
					DB_HOST | postgres://db | DB_HOST is 'postgres://db': it may be the name or the address
					DB_PORT | none | DB_PORT is 'none': it may be a whole number from 1 to 65535
					DB_PORT | '' | DB_PORT is '': it may be a whole number from 1 to 65535
					DB_PORT | 99999 | DB_PORT is '99999': it may be a whole number from 1 to 65535
					DB_PORT | tcp://10.0.0.1:5432 | DB_PORT is 'tcp://10.0.0.1:5432': it may be a whole number
					DB_NAME | '' | DB_NAME is '': it may be the database's name
					DB_USER | '' | DB_USER is '': it may be the name of a role
					SPRING_DATASOURCE_URL | postgres://u:sentinel@h/d | SPRING_DATASOURCE_URL is wrong (its value is not shown): it may be jdbc:postgresql://
					SPRING_DATASOURCE_URL | jdbc:postgresql://h/d?socketTimout=5 | SPRING_DATASOURCE_URL: socketTimout is no property of the driver's (pgjdbc): is it to be socketTimeout?
					KAFKA_BOOTSTRAP_SERVERS | broker | KAFKA_BOOTSTRAP_SERVERS is 'broker': it may be HOST:PORT, or several
					KAFKA_BOOTSTRAP_SERVERS | a:9092,b | KAFKA_BOOTSTRAP_SERVERS is 'a:9092,b': it may be HOST:PORT
					KAFKA_BOOTSTRAP_SERVERS | a:99999 | KAFKA_BOOTSTRAP_SERVERS is 'a:99999': it may be HOST:PORT
					KAFKA_BOOTSTRAP_SERVERS | '' | KAFKA_BOOTSTRAP_SERVERS is '': it may be HOST:PORT
					TIDEMARK_GROUP_ID | '' | TIDEMARK_GROUP_ID is '': it may be the name of a consumer group
					TIDEMARK_CONCURRENCY | 0 | TIDEMARK_CONCURRENCY is '0': it may be a whole number from 1
					TIDEMARK_CONCURRENCY | many | TIDEMARK_CONCURRENCY is 'many': it may be a whole number from 1
					TIDEMARK_DEFER_FOR | banana | TIDEMARK_DEFER_FOR is 'banana': it may be a duration, such as 500ms, 30s, 5m
					TIDEMARK_DEFERFOR | banana | TIDEMARK_DEFERFOR is 'banana': it may be a duration
					TIDEMARK_DEFER_FOR | -5m | TIDEMARK_DEFER_FOR is '-5m': it may be a duration
					TIDEMARK_DEFER_SWEEP | 0s | TIDEMARK_DEFER_SWEEP is '0s': it may be a duration
					TIDEMARK_COMMAND_LOG_RETENTION | 0s | TIDEMARK_COMMAND_LOG_RETENTION is '0s': it may be a duration
					TIDEMARK_PURGE_EVERY | -1s | TIDEMARK_PURGE_EVERY is '-1s': it may be a duration
					TIDEMARK_PURGE_PAGES | 0 | TIDEMARK_PURGE_PAGES is '0': it may be a whole number of at least 1
					TIDEMARK_GUARD_MAX_RATIO | 50 | TIDEMARK_GUARD_MAX_RATIO is '50': it may be a number from 0 to 1
					TIDEMARK_GUARD_MAX_RUN | 0 | TIDEMARK_GUARD_MAX_RUN is '0': it may be a whole number
					TIDEMARK_POLL_WITHIN | 30d | TIDEMARK_POLL_WITHIN is '30d': it may be a duration
					TIDEMARK_RETRY_FROM | -1s | TIDEMARK_RETRY_FROM is '-1s': it may be a duration
					TIDEMARK_RETRY_FROM | 20s | TIDEMARK_RETRY_FROM is '20s': it may be no longer than TIDEMARK_RETRY_UP_TO, which is 10s
					TIDEMARK_RETRY_UP_TO | 10ms | TIDEMARK_RETRY_UP_TO is '10ms': it may be no shorter than TIDEMARK_RETRY_FROM, which is 500ms
					TIDEMARK_TOPICS_PARTITIONS | 0 | TIDEMARK_TOPICS_PARTITIONS is '0': it may be a whole number from 1
					TIDEMARK_TOPICS_REPLICAS | 0 | TIDEMARK_TOPICS_REPLICAS is '0': it may be a whole number from 1
					TIDEMARK_TOPICS_CREATE | perhaps | TIDEMARK_TOPICS_CREATE is 'perhaps': it may be true or false
					TIDEMARK_TOPICS_TASK_COMMANDS | task commands | TIDEMARK_TOPICS_TASK_COMMANDS is 'task commands': it may be the name of a topic
					TIDEMARK_TOPICS_TASK_COMMANDS | '' | TIDEMARK_TOPICS_TASK_COMMANDS is '': it may be the name of a topic
					TIDEMARK_TOPICS_TASK_COMMANDS_DLT | '' | TIDEMARK_TOPICS_TASK_COMMANDS_DLT is '': it may be the name of a topic
					TIDEMARK_TOPICS_TASK_COMMANDS | user.commands | TIDEMARK_TOPICS_TASK_COMMANDS and TIDEMARK_TOPICS_USER_COMMANDS are both 'user.commands'
					TIDEMARK_TOPICS_TASK_READ_MODEL | task.commands-dlt | TIDEMARK_TOPICS_TASK_READ_MODEL and TIDEMARK_TOPICS_TASK_COMMANDS_DLT are both
					TIDEMARK_TRACES | maybe | TIDEMARK_TRACES is 'maybe': it may be true or false
					TIDEMARK_CONSOLE | maybe | TIDEMARK_CONSOLE is 'maybe': it may be true or false
					TIDEMARK_CONSOLE | true | TIDEMARK_CONSOLE is true and TIDEMARK_CONSOLE_PASSWORD is not set
					TIDEMARK_SECRETS | '' | TIDEMARK_SECRETS is '': it may be a directory that is there
					TIDEMARK_SECRETS | /nowhere | TIDEMARK_SECRETS is '/nowhere': it may be a directory that is there
					MANAGEMENT_PORT | banana | MANAGEMENT_PORT is 'banana': it may be a whole number from 0 to 65535
					SERVER_PORT | banana | SERVER_PORT is 'banana': it may be a whole number from 0 to 65535
					LOGGING_STRUCTURED_FORMAT_CONSOLE | json | LOGGING_STRUCTURED_FORMAT_CONSOLE is 'json': it may be ecs, gelf or logstash
					SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG | "password='${KAFKA_PASSWORD}'" | KAFKA_PASSWORD is not set, and SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG refers to it
					""")
	void aWrongSettingIsALineWithItsNameItsValueAndWhatItMayBe(String name, String value, String line) {
		assertThat(problems(Map.of(name, value))).singleElement()
			.asString()
			.startsWith(line)
			.doesNotContain("sentinel");
	}

	@Test
	void allThatIsWrongIsToldAtOnce() {
		assertThat(problems(Map.of("DB_PORT", "none", "TIDEMARK_CONCURRENCY", "0", "TIDEMARK_DEFER_FOR", "banana",
				"KAFKA_BOOTSTRAP_SERVERS", "broker", "TIDEMARK_CONSOLE", "true",
				"SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_SOCKETTIMOUT", "5")))
			.hasSize(6);
	}

	@Test
	void whatNobodyUsesMayBeAnything() {
		Map<String, String> variables = Map.of("DB_PORT", "tcp://10.0.0.1:5432", "SPRING_DATASOURCE_URL",
				"jdbc:postgresql://db:5432/tidemark", "TIDEMARK_DEFER_FOR", "banana");
		assertThat(problems(variables, EnumSet.of(Part.DATABASE, Part.KAFKA))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "TIDEMARK_CONCURRENCY", "TIDEMARK_DEFER_FOR", "TIDEMARK_TRACES", "TIDEMARK_CONSOLE",
			"TIDEMARK_TOPICS_REPLICAS", "LOGGING_STRUCTURED_FORMAT_CONSOLE" })
	void anEmptyVariableIsNone(String name) {
		assertThat(problems(Map.of(name, ""))).isEmpty();
	}

	@Test
	void goodSettingsAreGood() {
		assertThat(problems(Map.of())).isEmpty();
		assertThat(problems(Map.of("DB_HOST", "one:5432,two", "KAFKA_BOOTSTRAP_SERVERS",
				"PLAINTEXT://one:9092, [::1]:9092,", "MANAGEMENT_PORT", "0", "TIDEMARK_TOPICS_CREATE", "YES",
				"TIDEMARK_DEFER_FOR", "PT5M", "TIDEMARK_GUARD_MAX_RATIO", "1", "SPRING_DATASOURCE_URL",
				"jdbc:postgresql://h/d?options=-c%20lock_timeout=5s", "TIDEMARK_TOPICS_USER_COMMANDS_DLT", "dead")))
			.isEmpty();
		assertThat(problems(Map.of("DB_HOST", "[::1]"))).isEmpty();
	}

	@Test
	void aFileMayBeNamedLikeAnyVariable() throws IOException {
		Files.writeString(this.directory.resolve("TIDEMARK_DEFER_FOR"), "banana\n");
		assertThat(problems(Map.of("TIDEMARK_SECRETS", this.directory.toString()))).singleElement()
			.asString()
			.startsWith("TIDEMARK_DEFER_FOR is 'banana': ");
	}

	@Test
	void aVariableGoesBeforeAFile() throws IOException {
		Files.writeString(this.directory.resolve("TIDEMARK_DEFER_FOR"), "banana\n");
		assertThat(problems(Map.of("TIDEMARK_SECRETS", this.directory.toString(), "TIDEMARK_DEFERFOR", "1m")))
			.isEmpty();
	}

	@Test
	void aFileThatCannotBeReadIsNamed() throws IOException {
		// Whoever the tests run as can open it, and nobody can read it.
		Files.createSymbolicLink(this.directory.resolve("DB_PASS"), Path.of("/proc/self/mem"));
		assertThat(problems(Map.of("TIDEMARK_SECRETS", this.directory.toString()))).singleElement()
			.asString()
			.startsWith("the file DB_PASS of " + this.directory + " cannot be read: ");
	}

	@Test
	void everySettingOfTheWorkersIsChecked() throws ClassNotFoundException {
		List<String> properties = new ArrayList<>();
		var scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
		for (var found : scanner.findCandidateComponents("dev.tidemark.worker")) {
			Class<?> type = ClassUtils.forName(Objects.requireNonNull(found.getBeanClassName()), null);
			String prefix = type.getAnnotation(ConfigurationProperties.class).value();
			if (prefix.startsWith("tidemark")) {
				collect(type, prefix, properties);
			}
		}
		assertThat(properties).hasSizeGreaterThan(10);
		for (AggregateType type : Catalogue.installed().aggregates()) {
			properties.add("tidemark.topics.%s-commands".formatted(type.wireName()));
			properties.add("tidemark.topics.%s-read-model".formatted(type.wireName()));
			properties.add("tidemark.topics.%s-commands-dlt".formatted(type.wireName()));
		}
		properties.addAll(List.of("tidemark.topics.command-rejections", "tidemark.topics.create",
				"tidemark.topics.partitions", "tidemark.topics.replicas"));
		assertThat(Setting.ALL).extracting(Setting::property).containsAll(properties);
	}

	@Test
	void everyVariableThatIsDocumentedIsKnown() throws IOException {
		String page = Files.readString(Path.of("CONFIGURATION.md"));
		String table = page.substring(page.indexOf("## Variables"), page.indexOf("## TLS and SASL"));
		Set<String> known = UnknownVariables.known();
		assertThat(Pattern.compile("`((?:TIDEMARK|DB|KAFKA|MANAGEMENT)_[A-Z_]+)`").matcher(table).results())
			.hasSizeGreaterThan(25)
			.allSatisfy((found) -> assertThat(known).contains(found.group(1)));
	}

	private static void collect(Class<?> type, String prefix, List<String> properties) {
		for (RecordComponent component : type.getRecordComponents()) {
			String property = prefix + "." + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
			if (component.getType().isRecord()) {
				collect(component.getType(), property, properties);
			}
			else {
				properties.add(property);
			}
		}
	}

	private static List<String> problems(Map<String, String> variables) {
		return problems(variables, SettingsCheck.all());
	}

	private static List<String> problems(Map<String, String> variables, Set<Part> parts) {
		try {
			SettingsCheck.check(Variables.environment(variables), parts);
			return List.of();
		}
		catch (WrongSettingsException ex) {
			return ex.lines();
		}
	}

	@Test
	void whatIsWrongIsAllThatTheExceptionSays() {
		assertThatExceptionOfType(WrongSettingsException.class)
			.isThrownBy(() -> SettingsCheck.check(Variables.environment(Map.of("DB_PORT", "x")), SettingsCheck.all()))
			.withMessage("DB_PORT is 'x': it may be a whole number from 1 to 65535");
	}

}
