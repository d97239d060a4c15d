package dev.tidemark.worker.proof;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The release that was made last: the commit that {@code infra/release/previous} names.
 * Its worker is built from there when it is needed first, and kept in
 * {@code target/previous}.
 */
final class PreviousRelease {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	/** It takes a minute or two where nothing else is done. */
	private static final Duration PATIENCE = Duration.ofMinutes(15);

	private static final String JAR = "tidemark-worker.jar";

	/** What changes nothing in the jar's classes, and takes its time. */
	private static final List<String> LEFT_OUT = List.of("-DskipTests", "-Dspring-javaformat.validate.skip",
			"-Dcyclonedx.skip");

	private final String commit;

	private final Path directory;

	private PreviousRelease(String commit) {
		this.commit = commit;
		this.directory = ROOT.resolve("target/previous").resolve(commit);
	}

	/**
	 * Finds it. Whoever has the sources without their history has no other release.
	 */
	static PreviousRelease find() throws IOException, InterruptedException {
		assumeTrue(Files.exists(ROOT.resolve(".git")),
				"The sources are no clone: the previous release is a commit of the repository");
		String commit = Files.readString(ROOT.resolve("infra/release/previous")).strip();
		assertThat(commit).as("infra/release/previous").matches("[0-9a-f]{40}");
		Path said = Files.createTempFile("tidemark-previous-", ".out");
		try {
			int exitCode = run(ROOT, said, List.of("git", "cat-file", "-e", commit + "^{commit}"));
			assertThat(exitCode)
				.as("infra/release/previous names %s, and this clone does not have it; one that is shallow gets it by: git fetch --unshallow",
						commit)
				.isZero();
		}
		finally {
			Files.delete(said);
		}
		return new PreviousRelease(commit);
	}

	/**
	 * Returns the packaged jar of its worker.
	 */
	Path jar() throws IOException, InterruptedException {
		Path jar = this.directory.resolve(JAR);
		Files.createDirectories(this.directory);
		try (FileChannel channel = FileChannel.open(this.directory.resolve("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock _ = channel.lock()) {
			if (!Files.exists(jar)) {
				build(jar);
			}
		}
		return jar;
	}

	/**
	 * Without the worker's tests, which take longer to compile than all the rest.
	 */
	private void build(Path jar) throws IOException, InterruptedException {
		Path tree = this.directory.resolve("tree");
		FileSystemUtils.deleteRecursively(tree);
		Files.createDirectories(tree);
		Path archive = this.directory.resolve("tree.tar");
		demand(ROOT, List.of("git", "archive", "--format=tar", "--output=" + archive, this.commit, "--", ".",
				":(exclude)worker/src/test", ":(exclude)worker/engine/src/test"));
		demand(tree, List.of("tar", "-xf", archive.toString()));
		List<String> maven = new ArrayList<>(List.of("./mvnw", "-q", "-B", "package", "-pl", "worker", "-am"));
		maven.addAll(LEFT_OUT);
		// The repository of this very run, which has been filled.
		for (String name : List.of("maven.repo.local", "maven.repo.local.tail")) {
			String value = System.getProperty(name);
			if (value != null) {
				maven.add("-D%s=%s".formatted(name, value));
			}
		}
		demand(tree, maven);
		try (Stream<Path> files = Files.list(tree.resolve("worker/target"))) {
			Path built = files.filter((file) -> file.getFileName().toString().matches("tidemark-worker-[0-9.]+\\.jar"))
				.findAny()
				.orElseThrow();
			Files.move(built, jar, StandardCopyOption.ATOMIC_MOVE);
		}
		Files.delete(archive);
		FileSystemUtils.deleteRecursively(tree);
	}

	private void demand(Path where, List<String> command) throws IOException, InterruptedException {
		Path output = this.directory.resolve("build.log");
		int exitCode = run(where, output, command);
		assertThat(exitCode).as(() -> "%s, for the previous release: %s".formatted(command, read(output))).isZero();
	}

	private static int run(Path where, Path output, List<String> command) throws IOException, InterruptedException {
		ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		builder.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
		Process process = builder.start();
		try {
			return process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	@Override
	public String toString() {
		return this.commit;
	}

}
