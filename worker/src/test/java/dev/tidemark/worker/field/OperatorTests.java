package dev.tidemark.worker.field;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What an operator types has an exit code that tells the truth, also when what there is
 * to say cannot be written.
 * <p>
 * Processes, since an exit code is one's own only there.
 */
class OperatorTests {

	/** Takes nothing, as a disk that is full. */
	private static final Path FULL = Path.of("/dev/full");

	private static final Deployment deployment = Deployment.prepare(1);

	private static final Runs runs = new Runs();

	@BeforeAll
	static void start() {
		UUID id = UUID.randomUUID();
		Client client = deployment.client();
		deployment.start();
		RecordMetadata malformed = client.send(deployment.tenant().topics().commands(Tasks.TYPE), "key",
				Client.headers(UUID.randomUUID(), Tasks.CREATE.wireName()), Client.bytes("{}"));
		client.awaitConsumed(malformed, client.send(id, Commands.register("amara")));
		deployment.stop();
		for (String command : commands().toList()) {
			String[] words = command.replace("ID", id.toString())
				.replace("LETTER", deployment.tenant().topics().deadLetters(Tasks.TYPE) + "-0@0")
				.split(" ");
			if (Files.exists(FULL)) {
				runs.add(command, () -> WorkerProcess.run(FULL, deployment.tenant().environment(), words));
			}
		}
		for (String place : List.of("nonsense", "no.such.topic-0@0", "READABLE", "BEYOND")) {
			String real = place.replace("READABLE", deployment.tenant().topics().commands(Tasks.TYPE) + "-0@0")
				.replace("BEYOND", deployment.tenant().topics().commands(Tasks.TYPE) + "-0@99");
			runs.add("skip " + place,
					() -> WorkerProcess.run(deployment.tenant().environment(), "records", "skip", real));
		}
	}

	@AfterAll
	static void stop() {
		runs.close();
		deployment.close();
	}

	static Stream<String> commands() {
		return Stream.of("dead-letters list", "dead-letters list --json", "dead-letters show LETTER", "command ID",
				"command ID --json", "verify users", "verify users --json", "migrate current",
				"migrate downgrade base --sql", "help", "dead-letters --help");
	}

	@ParameterizedTest
	@MethodSource("commands")
	void whatCannotBeWrittenIsNotDone(String command) {
		assumeTrue(Files.exists(FULL), "There is no /dev/full here: an output that is full was NOT tried");
		Completed end = runs.of(command);
		assertThat(end.exitCode()).describedAs("%s", end).isEqualTo(1);
		assertThat(end.errors().lines()).describedAs("%s", end).last().asString().contains("cannot be written");
	}

	@ParameterizedTest
	@CsvSource({ "nonsense, 2", "no.such.topic-0@0, 2", "READABLE, 1", "BEYOND, 1" })
	void nothingIsPassedOverThatIsNotInTheWay(String place, int exitCode) {
		Completed end = runs.of("skip " + place);
		assertThat(end.exitCode()).describedAs("%s", end).isEqualTo(exitCode);
		assertThat(end.errors().lines()).describedAs("%s", end).singleElement().asString().startsWith("records: ");
	}

}
