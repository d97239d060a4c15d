package dev.tidemark.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.tidemark.worker.stack.ChildProcess;
import dev.tidemark.worker.stack.Tenant;

/**
 * The worker's jar as its next release might be: with more migrations.
 */
final class WorkerJar {

	private static final String CHANGES = "BOOT-INF/classes/db/changelog/changes";

	private final Path file;

	private WorkerJar(Path file) {
		this.file = file;
	}

	/**
	 * Makes a jar.
	 * @param directory where to
	 * @return the worker's jar, as it is
	 */
	static WorkerJar copiedTo(Path directory) {
		Path file = directory.resolve("next-release.jar");
		try {
			Files.copy(Path.of(System.getProperty("tidemark.worker.jar")), file, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new WorkerJar(file);
	}

	/**
	 * Adds a migration, or replaces it.
	 * @param id its id
	 * @param attributes those of its change set
	 * @param sql its statements
	 */
	WorkerJar with(String id, String attributes, String sql) {
		return edit((changes) -> Files.writeString(changes.resolve(id + ".sql"), """
				--liquibase formatted sql

				--changeset tidemark:%s %s
				%s

				--rollback empty
				""".formatted(id, attributes, sql)));
	}

	/** Takes a migration away. */
	WorkerJar without(String id) {
		return edit((changes) -> Files.delete(changes.resolve(id + ".sql")));
	}

	private WorkerJar edit(Edit edit) {
		try (FileSystem jar = FileSystems.newFileSystem(this.file, Map.of())) {
			edit.run(jar.getPath(CHANGES));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return this;
	}

	/**
	 * Starts {@code migrate}, which has a machine of its own elsewhere: here it gets what
	 * CPU the others leave, so that its JVM's start is not what is measured.
	 * @param tenant on whose database
	 * @param output where its output goes
	 * @param environment what its environment has besides
	 * @param arguments what is behind {@code migrate}
	 */
	ChildProcess migrate(Tenant tenant, Path output, Map<String, String> environment, String... arguments) {
		Map<String, String> complete = new HashMap<>(tenant.environment());
		complete.putAll(environment);
		List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
		command.addAll(ChildProcess.java(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
				List.of("-jar", this.file.toString(), "migrate"), List.of(arguments)));
		return ChildProcess.start(command, complete, output);
	}

	/** Changes the folder of migrations. */
	@FunctionalInterface
	private interface Edit {

		void run(Path changes) throws IOException;

	}

}
