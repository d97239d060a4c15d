package dev.tidemark.worker.migration;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import org.springframework.boot.logging.LoggingSystem;

import dev.tidemark.worker.settings.NoConnectionException;
import dev.tidemark.worker.settings.StartFailures;
import dev.tidemark.worker.settings.UsageException;

/**
 * Runs the {@code migrate} commands of the worker's jar, before and without Spring.
 */
public final class Migrations {

	private static final int FAILED = 1;

	private static final int WRONG_USAGE = 2;

	static final Duration LOCK_TIMEOUT = Duration.ofMinutes(1);

	private Migrations() {
	}

	/**
	 * Runs a command with the worker's own configuration.
	 * @param arguments what follows {@code migrate} on the command line
	 * @return the exit code: 0 done, 1 failed, 2 wrong usage, 3 checked and not so
	 */
	public static int run(String... arguments) {
		// Until somebody initializes logging, which only the worker does, all of it is
		// dropped: what there is to say is said here.
		LoggingSystem.get(Migrations.class.getClassLoader()).beforeInitialize();
		return run(List.of(arguments), Changelog::ofThisWorker, System.out, System.err);
	}

	static int run(List<String> arguments, Supplier<Changelog> changelog, PrintStream out, PrintStream err) {
		try {
			MigrateArguments parsed = MigrateArguments.parse(arguments);
			return new MigrateCommand(changelog.get(), out).run(parsed);
		}
		catch (UsageException ex) {
			err.println("migrate: " + ex.getMessage());
			return WRONG_USAGE;
		}
		catch (MigrationException | NoConnectionException ex) {
			err.println("migrate: " + ex.getMessage());
			return FAILED;
		}
		catch (SQLException ex) {
			err.println("migrate: " + oneLine("The database says: ", ex));
			return FAILED;
		}
		catch (RuntimeException ex) {
			List<String> wrong = StartFailures.lines(ex);
			(wrong.isEmpty() ? List.of(oneLine("", ex)) : wrong).forEach((line) -> err.println("migrate: " + line));
			return FAILED;
		}
	}

	private static String oneLine(String prefix, Exception ex) {
		String message = (ex.getMessage() != null) ? ex.getMessage() : ex.toString();
		return prefix + message.lines().map(String::strip).reduce((first, second) -> first + "; " + second).orElse("");
	}

	/**
	 * Brings a database to the schema that this worker needs, without a word: for tests,
	 * and whoever has a connection at hand.
	 * @param connection a session of the schema's owner, in auto-commit; it stays open
	 * @throws SQLException if the database fails
	 */
	public static void upgrade(Connection connection) throws SQLException {
		upgrade(connection, Changelog.ofThisWorker());
	}

	static void upgrade(Connection connection, Changelog changelog) throws SQLException {
		try (Progress progress = Progress.unseen();
				Migrator migrator = new Migrator(connection, changelog, progress, LOCK_TIMEOUT)) {
			migrator.upgrade(migrator.state().pending());
		}
	}

}
