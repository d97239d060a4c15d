package dev.tidemark.worker.operations;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.worker.stack.Ports;
import dev.tidemark.worker.stack.WorkerProcess;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What all the tools have in common, where nothing answers.
 * <p>
 * Processes where their exit and their standard error count; the other tools run in this
 * JVM, and no server does.
 */
class ToolsTests {

	@Test
	void helpTellsOfEveryCommand() {
		Completed completed = run("help");
		assertThat(completed.exitCode()).isZero();
		assertThat(completed.output()).contains("migrate ", "command ID", "dead-letters list", "dead-letters show",
				"dead-letters replay", "republish tasks | users", "verify tasks | users");
		assertThat(run("--help").output()).isEqualTo(completed.output());
	}

	@ParameterizedTest
	@ValueSource(strings = { "command", "dead-letters", "republish", "verify" })
	void everyToolExplainsItself(String tool) {
		Completed completed = new Cli(List.of()).run(List.of(tool, "--help"));
		assertThat(completed.exitCode()).isZero();
		assertThat(completed.output()).startsWith(tool + " ");
		assertThat(completed.errors()).isEmpty();
	}

	@Test
	void anUnknownCommandIsWrongUsage() {
		Completed completed = run("frobnicate");
		assertThat(completed.exitCode()).isEqualTo(2);
		assertThat(completed.errors()).isEqualToIgnoringNewLines("tidemark: unknown command 'frobnicate'; there are: "
				+ "migrate, command, dead-letters, realign, records, republish, verify, help; or nothing at all, to consume");
	}

	@Test
	void aProcessFailsInOneLineToo() {
		Completed completed = run("dead-letters", "list");
		assertThat(completed.exitCode()).isEqualTo(1);
		assertThat(completed.output()).isEmpty();
		assertThat(completed.errors().lines()).singleElement()
			.asString()
			.startsWith("dead-letters: Kafka does not answer: ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "dead-letters replay --all", "republish users --key ada" })
	void aBrokerThatDoesNotAnswerIsOneLine(String command) {
		failsInOneLine("Kafka does not answer: ", command);
	}

	@ParameterizedTest
	@ValueSource(strings = { "verify tasks", "republish tasks", "command 00000000-0000-0000-0000-000000000000" })
	void aDatabaseThatDoesNotAnswerIsOneLine(String command) {
		failsInOneLine("PostgreSQL at localhost:", command);
	}

	@ParameterizedTest
	@ValueSource(strings = { "--tidemark.topics.partitions=many", "--tidemark.topics.task-commands=",
			"--spring.kafka.ssl.bundle=none", "--spring.kafka.properties.security.protocol=HOPE" })
	void aSettingThatIsNotGoodIsOneLine(String setting) {
		failsInOneLine("", "dead-letters list " + setting);
	}

	private static void failsInOneLine(String why, String command) {
		List<String> words = List.of(command.split(" "));
		Completed completed = new Cli(List.of("--spring.kafka.bootstrap-servers=localhost:" + Ports.free(),
				"--spring.datasource.url=jdbc:postgresql://localhost:" + Ports.free() + "/none"))
			.run(words);
		assertThat(completed.exitCode()).isEqualTo(1);
		assertThat(completed.output()).isEmpty();
		assertThat(completed.errors().lines()).singleElement().asString().startsWith(words.getFirst() + ": " + why);
	}

	private static Completed run(String... arguments) {
		return WorkerProcess.run(Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:" + Ports.free()), arguments);
	}

}
