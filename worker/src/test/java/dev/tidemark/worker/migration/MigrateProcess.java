package dev.tidemark.worker.migration;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.springframework.util.FileSystemUtils;

import dev.tidemark.worker.TidemarkWorker;
import dev.tidemark.worker.stack.Tenant;

/**
 * The worker's own {@code migrate} as a process, to be killed, with another changelog in
 * it.
 */
final class MigrateProcess {

	private MigrateProcess() {
	}

	/**
	 * Starts it.
	 * @param tenant where the database is
	 * @param sources the changelog
	 * @param directory where its classes and its output go
	 * @param arguments the command
	 */
	static Process start(Tenant tenant, SourceTree sources, Path directory, String... arguments)
			throws IOException, URISyntaxException {
		Path classes = Path.of(TidemarkWorker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		Path copy = directory.resolve("classes");
		FileSystemUtils.copyRecursively(classes, copy);
		FileSystemUtils.deleteRecursively(copy.resolve("db"));
		FileSystemUtils.copyRecursively(sources.resources(), copy);
		String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.map((entry) -> Path.of(entry).equals(classes) ? copy.toString() : entry)
			.collect(Collectors.joining(File.pathSeparator));
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-cp", classPath, TidemarkWorker.class.getName(), "migrate"));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().putAll(tenant.environment());
		return builder.redirectErrorStream(true).redirectOutput(directory.resolve("output").toFile()).start();
	}

}
