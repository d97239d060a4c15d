package dev.tidemark.worker.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.worker.stack.ChildProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Whichever codec a sender chooses, the worker can read it, or says at its start why not.
 */
class CodecsTests {

	/** To a loader, an empty file is what any file of a noexec file system is. */
	private static final byte[] NO_LIBRARY = {};

	@TempDir
	private Path directory;

	@Test
	void everyCodecOfKafkasWorksHere() {
		assertThatCode(Codecs::verify).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@CsvSource({ "snappy, org.xerial.snappy.lib.path, ''", "zstd, ZstdNativePath, libzstd-jni.so" })
	void aLibraryThatIsNamedAndCannotBeLoadedIsSaidInOneLine(String codec, String property, String file)
			throws IOException {
		Path named = this.directory.resolve(file);
		Files.write(this.directory.resolve(codec.equals("snappy") ? System.mapLibraryName("snappyjava") : file),
				NO_LIBRARY);
		assertThat(said("-D%s=%s".formatted(property, named))).singleElement()
			.asString()
			.startsWith("commands compressed with %s could not be read: ".formatted(codec))
			.endsWith("Its library is looked for at %s, by the system property %s".formatted(named, property));
	}

	/**
	 * No test can mount a directory noexec. One that cannot be written to fails in the
	 * same place.
	 */
	@Test
	void aDirectoryThatLibrariesCannotBeUnpackedIntoIsNamedWithWhatToSet() throws IOException {
		Path useless = Files.createFile(this.directory.resolve("file")).resolve("directory");
		assertThat(said("-Djava.io.tmpdir=" + useless)).singleElement()
			.asString()
			.startsWith("commands compressed with snappy could not be read: ")
			.contains("unpacked into " + useless)
			.endsWith("JDK_JAVA_OPTIONS=-Djava.io.tmpdir=DIRECTORY");
	}

	/** A library is loaded once in a process, so each attempt has one of its own. */
	private List<String> said(String option) {
		Path output = this.directory.resolve("output");
		ChildProcess.start(
				ChildProcess.java(List.of("--enable-native-access=ALL-UNNAMED", option),
						List.of("-cp", System.getProperty("java.class.path"), Attempt.class.getName()), List.of()),
				Map.of(), output)
			.awaitExit();
		try {
			// The JVM has something to say of such files, too.
			return Files.readAllLines(output).stream().filter((line) -> line.startsWith("commands ")).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Verifies, and says what comes of it. */
	static final class Attempt {

		private Attempt() {
		}

		public static void main(String[] arguments) {
			try {
				Codecs.verify();
			}
			catch (UnusableCodecException ex) {
				System.out.println(ex.getMessage());
			}
		}

	}

}
