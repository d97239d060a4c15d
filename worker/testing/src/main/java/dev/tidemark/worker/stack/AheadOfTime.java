package dev.tidemark.worker.stack;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Verb;

/**
 * What the JVMs of workers and tools have in common, loaded and linked once: with such a
 * cache, a start costs half as much. A full run of the tests has a few hundred of them.
 * <p>
 * With {@code -Dtidemark.ahead-of-time=true}, each program is run once to make its cache
 * when it is needed first, and all that is to start of it waits for that: on a busy
 * machine, starts without a cache hold up each other, and this most of all. Caches belong
 * to exactly these classes, by their content, so that nothing old is ever run.
 */
final class AheadOfTime {

	/** What a JVM runs, of which each has a cache of its own. */
	enum Program {

		WORKER, DEBUGGED_WORKER, MIGRATION, TOOL;

		static Program of(Map<String, String> environment, String... arguments) {
			if (arguments.length > 0) {
				return arguments[0].equals("migrate") ? MIGRATION : TOOL;
			}
			return environment.getOrDefault("JAVA_TOOL_OPTIONS", "").contains("jdwp") ? DEBUGGED_WORKER : WORKER;
		}

		private String fileName(String suffix) {
			return name().toLowerCase(Locale.ROOT).replace('_', '-') + suffix;
		}

	}

	private static final boolean WANTED = Boolean.getBoolean("tidemark.ahead-of-time");

	private static final Path ALL = Path.of("target", "ahead-of-time");

	/** A start takes several times as long while it is recorded. */
	private static final Duration PATIENCE = Duration.ofMinutes(5);

	/** Caches know jars only. */
	private final String classPath;

	/** Of these classes. */
	private final Path directory;

	/** Complete when there is nothing more to wait for, cache or not. */
	private final Map<Program, CompletableFuture<@Nullable Void>> made = new ConcurrentHashMap<>();

	private AheadOfTime(String classPath, Path directory) {
		this.classPath = classPath;
		this.directory = directory;
	}

	/**
	 * Returns the caches of a class path.
	 * @param classPath the programs' class path
	 * @return the caches, none of which has to be there yet
	 */
	static AheadOfTime of(String classPath) {
		return WANTED ? Prepared.of(classPath) : new AheadOfTime(classPath, ALL);
	}

	String classPath() {
		return this.classPath;
	}

	/**
	 * Returns the JVM options that have a program use its cache, which is made if it is
	 * not there.
	 * @param program the program
	 * @return nothing if no cache is wanted, or could be made
	 */
	List<String> options(Program program) {
		if (!WANTED) {
			return List.of();
		}
		this.made.computeIfAbsent(program, (missing) -> CompletableFuture.runAsync(() -> make(missing))).join();
		Path cache = this.directory.resolve(program.fileName(".aot"));
		// A JVM that can't use the cache starts without and says so.
		return Files.exists(cache) ? List.of("-XX:AOTCache=" + cache, "-Xlog:disable") : List.of();
	}

	private void make(Program program) {
		Path cache = this.directory.resolve(program.fileName(".aot"));
		Path unfinished = this.directory.resolve(program.fileName(".unfinished"));
		try (FileChannel channel = FileChannel.open(this.directory.resolve(program.fileName(".lock")),
				StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
			if (lock == null || Files.exists(cache)) {
				return;
			}
			// A JVM with a debugger refuses classes that are linked already.
			String linking = (program != Program.DEBUGGED_WORKER) ? "-XX:+AOTClassLinking" : "-XX:-AOTClassLinking";
			List<String> options = List.of("-XX:AOTCacheOutput=" + unfinished, linking, "-Xlog:disable");
			Tenant tenant = Stack.shared().newTenant().withTopics(1);
			switch (program) {
				case MIGRATION -> WorkerProcess.run(options, tenant.environment(), "migrate", "upgrade");
				case TOOL -> WorkerProcess.run(options, tenant.withSchema().environment(), "verify",
						Catalogue.installed().aggregates().iterator().next().plural());
				case WORKER, DEBUGGED_WORKER -> work(options, tenant.withSchema());
			}
			Files.move(unfinished, cache, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException | RuntimeException ex) {
			// What is started then just takes longer.
			System.err.println("No cache of linked classes, " + program + ": " + ex);
		}
	}

	private static void work(List<String> options, Tenant tenant) throws IOException {
		try (WorkerProcess worker = WorkerProcess.start(options, tenant.environment()).awaitReady(PATIENCE);
				Client client = new Client(tenant)) {
			Catalogue.installed()
				.aggregates()
				.forEach((type) -> client.awaitConsumed(client.send(UUID.randomUUID(), anyRepublish(type))));
			worker.metrics().forEach((_) -> {
			});
			worker.terminate();
		}
	}

	private static Command anyRepublish(AggregateType type) {
		CommandType republish = Objects.requireNonNull(type.command(Verb.REPUBLISH));
		return republish.read(Map.of(type.key().wireName(), type.key().edges(true).iterator().next()));
	}

	/**
	 * The class path's directories as jars, made once.
	 */
	private static final class Prepared {

		private static final Map<String, AheadOfTime> BY_CLASS_PATH = new ConcurrentHashMap<>();

		static AheadOfTime of(String classPath) {
			return BY_CLASS_PATH.computeIfAbsent(classPath, Prepared::prepare);
		}

		private static AheadOfTime prepare(String classPath) {
			try {
				List<Path> entries = Arrays.stream(classPath.split(File.pathSeparator)).map(Path::of).toList();
				Path directory = Files.createDirectories(ALL.resolve(fingerprint(entries)));
				List<String> jars = new ArrayList<>();
				for (Path entry : entries) {
					if (Files.isDirectory(entry)) {
						jars.add(jar(entry, directory.resolve(jars.size() + ".jar")).toString());
					}
					else if (Files.exists(entry)) {
						jars.add(entry.toString());
					}
				}
				return new AheadOfTime(String.join(File.pathSeparator, jars), directory.toAbsolutePath());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private static Path jar(Path classes, Path jar) throws IOException {
			if (!Files.exists(jar)) {
				Path unfinished = Files.createTempFile(jar.getParent(), "classes-", ".unfinished");
				int exitCode = ToolProvider.findFirst("jar")
					.orElseThrow()
					.run(System.out, System.err, "--create", "--file", unfinished.toString(), "-C", classes.toString(),
							".");
				if (exitCode != 0) {
					throw new IOException("jar ended with " + exitCode);
				}
				// Whoever comes first: a cache knows the very jar that it was made with.
				try {
					Files.createLink(jar, unfinished);
				}
				catch (FileAlreadyExistsException ex) {
					// Another JVM's tests were first.
				}
				Files.delete(unfinished);
			}
			return jar.toAbsolutePath();
		}

		private static String fingerprint(List<Path> entries) throws IOException {
			try {
				MessageDigest digest = MessageDigest.getInstance("SHA-256");
				for (Path entry : entries) {
					digest.update(entry.toString().getBytes(StandardCharsets.UTF_8));
					if (Files.isDirectory(entry)) {
						for (Path file : files(entry)) {
							digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
							digest.update(Files.readAllBytes(file));
						}
					}
				}
				return HexFormat.of().formatHex(digest.digest(), 0, 8);
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private static List<Path> files(Path directory) throws IOException {
			try (Stream<Path> files = Files.walk(directory)) {
				return files.filter(Files::isRegularFile)
					.sorted(Comparator.naturalOrder())
					.collect(Collectors.toList());
			}
		}

	}

}
