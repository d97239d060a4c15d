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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
 * With {@code -Dtidemark.ahead-of-time=true}, a worker and a tool are run once to make
 * the caches, and whatever is to start meanwhile waits for them: on a busy machine,
 * starts without a cache hold up each other, and this most of all. They belong to exactly
 * these classes, by their content, so that nothing old is ever run.
 */
final class AheadOfTime {

	/** The worker, or a tool. */
	enum Program {

		WORKER, TOOL;

		private String fileName() {
			return name().toLowerCase(Locale.ROOT) + ".aot";
		}

	}

	private static final boolean WANTED = Boolean.getBoolean("tidemark.ahead-of-time");

	private static final Path ALL = Path.of("target", "ahead-of-time");

	/** A start takes several times as long while it is recorded. */
	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private static final AtomicBoolean begun = new AtomicBoolean();

	/** Complete when there is nothing more to wait for, caches or not. */
	private static final CompletableFuture<@Nullable Void> made = new CompletableFuture<>();

	/** Caches know jars only. */
	private final String classPath;

	/** Of these classes. */
	private final Path directory;

	private AheadOfTime(String classPath, Path directory) {
		this.classPath = classPath;
		this.directory = directory;
	}

	/**
	 * Begins to make the caches, if they are wanted and nobody has begun.
	 * @param classPath the programs' class path
	 * @return the caches
	 */
	static AheadOfTime of(String classPath) {
		if (!WANTED) {
			return new AheadOfTime(classPath, ALL);
		}
		AheadOfTime caches = Prepared.of(classPath);
		if (!begun.getAndSet(true)) {
			Thread.ofVirtual().name("ahead-of-time").start(() -> {
				try {
					caches.make();
				}
				finally {
					made.complete(null);
				}
			});
		}
		return caches;
	}

	String classPath() {
		return this.classPath;
	}

	/**
	 * Returns the JVM options that have a program use its cache.
	 * @param program the program
	 * @return nothing if no cache could be made
	 */
	List<String> options(Program program) {
		if (WANTED) {
			made.join();
		}
		return cached(program);
	}

	private List<String> cached(Program program) {
		Path cache = this.directory.resolve(program.fileName());
		// A JVM that can't use the cache, as under a debugger, starts without and says
		// so.
		return (WANTED && Files.exists(cache)) ? List.of("-XX:AOTCache=" + cache, "-Xlog:disable") : List.of();
	}

	private void make() {
		try (FileChannel channel = FileChannel.open(this.directory.resolve("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
			if (lock == null || Arrays.stream(Program.values()).noneMatch((program) -> cached(program).isEmpty())) {
				return;
			}
			Tenant tenant = Stack.shared().newTenant().withTopics(1);
			record(Program.TOOL, (options) -> WorkerProcess.run(options, tenant.environment(), "migrate", "upgrade"));
			record(Program.WORKER, (options) -> {
				try (WorkerProcess worker = WorkerProcess.start(options, tenant.environment()).awaitReady(PATIENCE);
						Client client = new Client(tenant)) {
					Catalogue.installed()
						.aggregates()
						.forEach((type) -> client.awaitConsumed(client.send(UUID.randomUUID(), anyRepublish(type))));
					worker.metrics().forEach((_) -> {
					});
					worker.terminate();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
		}
		catch (IOException | RuntimeException ex) {
			// What is started then just takes longer.
			System.err.println("No caches of linked classes: " + ex);
		}
	}

	private static Command anyRepublish(AggregateType type) {
		CommandType republish = Objects.requireNonNull(type.command(Verb.REPUBLISH));
		return republish.read(Map.of(type.key().wireName(), type.key().edges(true).iterator().next()));
	}

	private void record(Program program, Consumer<List<String>> run) throws IOException {
		Path unfinished = this.directory.resolve(program.fileName() + ".unfinished");
		run.accept(List.of("-XX:AOTCacheOutput=" + unfinished, "-Xlog:disable"));
		Files.move(unfinished, this.directory.resolve(program.fileName()), StandardCopyOption.ATOMIC_MOVE);
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
