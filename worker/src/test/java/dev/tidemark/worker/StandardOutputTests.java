package dev.tidemark.worker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.worker.stack.WorkerProcess;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An exit code says that the output is there, too.
 * <p>
 * Processes, since a full disk and a closed pipe are what they write to.
 */
class StandardOutputTests {

	private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3 })
	void aCommandWhoseOutputIsThereHasItsOwnExitCode(int exitCode) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		StandardOutput output = new StandardOutput(out);
		output.stream().println("✓ 😀");
		assertThat(conclude(output, exitCode)).isEqualTo(exitCode);
		assertThat(out.toByteArray()).isNotEmpty();
		assertThat(said()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 3 })
	void aFullDiskIsAFailureWithALine(int exitCode) {
		StandardOutput output = new StandardOutput(failing("No space left on device"));
		output.stream().print("some of it");
		output.stream().println("and the rest");
		assertThat(conclude(output, exitCode)).isEqualTo(1);
		assertThat(said())
			.isEqualToIgnoringNewLines("tidemark: standard output cannot be written: No space left on device");
	}

	@Test
	void aReaderWhoHasHadEnoughIsAFailureWithoutAWord() {
		StandardOutput output = new StandardOutput(failing("Broken pipe"));
		output.stream().println("more");
		assertThat(conclude(output, 0)).isEqualTo(1);
		assertThat(said()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "help", "migrate help", "verify --help" })
	void theProcessSaysSo(String command) {
		Completed completed = WorkerProcess.run(Path.of("/dev/full"), Map.of(), command.split(" "));
		assertThat(completed.exitCode()).isEqualTo(1);
		assertThat(completed.errors())
			.isEqualToIgnoringNewLines("tidemark: standard output cannot be written: No space left on device");
	}

	private int conclude(StandardOutput output, int exitCode) {
		return output.conclude(exitCode, new PrintStream(this.errors, true, StandardCharsets.UTF_8));
	}

	private String said() {
		return this.errors.toString(StandardCharsets.UTF_8);
	}

	private static OutputStream failing(String why) {
		return new OutputStream() {
			@Override
			public void write(int b) throws IOException {
				throw new IOException(why);
			}
		};
	}

}
