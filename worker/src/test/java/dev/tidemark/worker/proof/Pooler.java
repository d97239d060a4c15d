package dev.tidemark.worker.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.stack.ChildProcess;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Ports;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;

/**
 * PgBouncer between the workers and the database, set as {@code SIZING.md} has it; or
 * nothing at all, if {@code -Dtidemark.proof.pooler} names none of its modes.
 */
final class Pooler implements AutoCloseable {

	private static final String NONE = "none";

	private final String mode;

	private final Map<String, String> environment = new HashMap<>();

	private final @Nullable ChildProcess process;

	private Pooler(DatabaseAddress server, DatabaseAddress database, String mode) {
		this.mode = mode;
		this.process = mode.equals(NONE) ? null : start(server, database);
	}

	/**
	 * Starts one, if somebody wants it.
	 * @param stack whose database it is for
	 * @param tenant who lives there
	 */
	static Pooler of(Stack stack, Tenant tenant) {
		return new Pooler(stack.database(), tenant.database(), System.getProperty("tidemark.proof.pooler", NONE));
	}

	private ChildProcess start(DatabaseAddress server, DatabaseAddress database) {
		int port = Ports.free();
		this.environment.put("DB_HOST", "localhost");
		this.environment.put("DB_PORT", Integer.toString(port));
		if (this.mode.equals("transaction")) {
			this.environment.put("SPRING_DATASOURCE_HIKARI_CONNECTIONINITSQL", "select 1");
			this.environment.put("SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_PREPARETHRESHOLD", "0");
			for (String setting : List.of("lock_timeout = '15s'", "statement_timeout = '25s'",
					"idle_in_transaction_session_timeout = '30s'", "enable_seqscan = off")) {
				execute(server, "alter role %s set %s".formatted(database.user(), setting));
			}
		}
		try {
			Path directory = Files.createTempDirectory("tidemark-pooler-",
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
			Path users = Files.writeString(directory.resolve("users.txt"),
					"\"%s\" \"%s\"%n".formatted(database.user(), database.password()));
			Path configuration = Files.writeString(directory.resolve("pgbouncer.ini"), """
					[databases]
					* = host=127.0.0.1 port=%d
					[pgbouncer]
					listen_addr = 127.0.0.1
					listen_port = %d
					unix_socket_dir =
					auth_type = trust
					auth_file = %s
					pool_mode = %s
					ignore_startup_parameters = extra_float_digits
					""".formatted(server.port(), port, users, this.mode));
			// It refuses to run as root.
			List<String> command = isRoot() ? List.of("pgbouncer", "-u", "nobody", configuration.toString())
					: List.of("pgbouncer", configuration.toString());
			return ChildProcess.start(command, Map.of(), directory.resolve("pgbouncer.log"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isRoot() {
		return "root".equals(System.getProperty("user.name"));
	}

	private static void execute(DatabaseAddress server, String sql) {
		try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What workers are told, so that they go through it. */
	Map<String, String> environment() {
		return this.environment;
	}

	@Override
	public void close() {
		if (this.process != null) {
			this.process.terminate();
		}
	}

	@Override
	public String toString() {
		return this.mode;
	}

}
