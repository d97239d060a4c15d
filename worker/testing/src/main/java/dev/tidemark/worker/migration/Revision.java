package dev.tidemark.worker.migration;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import liquibase.resource.CompositeResourceAccessor;
import liquibase.resource.DirectoryResourceAccessor;
import liquibase.resource.ResourceAccessor;
import liquibase.resource.ZipResourceAccessor;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.FileSystemUtils;

import dev.tidemark.worker.settings.SessionTimeZone;
import dev.tidemark.worker.settings.UsageException;
import dev.tidemark.worker.stack.DatabaseAddress;

/**
 * Writes the next migration of an application: an empty one, or what its entities have
 * and the changelog lacks. The build runs it; MIGRATIONS.md says how.
 */
public final class Revision {

	private static final String CHANGES = "db/changelog/changes";

	private final Path resources;

	/**
	 * Works on a source tree.
	 * @param resources the folder that holds the changelog's folders
	 */
	Revision(Path resources) {
		this.resources = resources;
	}

	/**
	 * Writes a migration into {@code src/main/resources} of the working directory.
	 * @param arguments the message, and whether to compare
	 * @throws Exception if it cannot be written
	 */
	public static void main(String[] arguments) throws Exception {
		LoggingSystem.get(Revision.class.getClassLoader()).beforeInitialize();
		SessionTimeZone.pin();
		try {
			Revision revision = new Revision(Path.of("src/main/resources"));
			if (arguments.length < 2 || arguments[0].equals("${m}")) {
				throw new UsageException("A message is needed: -Dm=\"add due date\"");
			}
			if (!Boolean.parseBoolean(arguments[1])) {
				tell(revision.empty(arguments[0]));
				return;
			}
			try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
				revision.autogenerate(arguments[0], scratchDatabases(server))
					.ifPresentOrElse(Revision::tell,
							() -> System.out.println("No changes: the changelog makes the schema of the entities."));
			}
		}
		catch (UsageException | MigrationException ex) {
			System.err.println("revision: " + ex.getMessage());
			System.exit(1);
		}
	}

	private static void tell(Written written) {
		System.out.println("Wrote " + Path.of("").toAbsolutePath().getFileName() + "/" + written.path());
		written.file().notes().forEach((note) -> System.out.println("Review: " + note));
	}

	private static Supplier<DatabaseAddress> scratchDatabases(EmbeddedPostgres server) {
		return new Supplier<>() {

			private int count;

			@Override
			public DatabaseAddress get() {
				String name = "scratch_" + ++this.count;
				DatabaseAddress administrator = new DatabaseAddress("localhost", server.getPort(), "postgres",
						"postgres", "");
				try (Connection connection = administrator.connect(); var statement = connection.createStatement()) {
					statement.execute("create database " + name);
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
				return new DatabaseAddress("localhost", server.getPort(), name, "postgres", "");
			}
		};
	}

	/**
	 * Writes a migration for its author to fill.
	 */
	Written empty(String message) throws IOException {
		return write(RevisionFile.empty(nextNumber(), message));
	}

	/**
	 * Writes the migration that the entities call for, once it has been run up and down
	 * on a real database and has led where it should.
	 * @param message what it is about
	 * @param scratch gives empty databases
	 * @return what was written; nothing if there is nothing to change
	 * @throws MigrationException if what was found can't be put into statements
	 */
	Optional<Written> autogenerate(String message, Supplier<DatabaseAddress> scratch) throws IOException, SQLException {
		DatabaseAddress fromEntities = scratch.get();
		EntitySchema.create(fromEntities);
		try (Connection entities = fromEntities.connect(); Connection connection = scratch.get().connect()) {
			Migrations.upgrade(connection, changelog(this.resources));
			Catalog changelog = Catalog.read(connection);
			Catalog wanted = AllowedDifferences.wanted(Catalog.read(entities), changelog);
			List<String> upgrade = SchemaChange.between(changelog, wanted);
			if (upgrade.isEmpty()) {
				return Optional.empty();
			}
			RevisionFile file = RevisionFile.of(nextNumber(), message, upgrade,
					SchemaChange.between(wanted, changelog));
			return Optional.of(write(file.with(prove(file, connection, changelog, wanted))));
		}
	}

	/**
	 * Runs a file up and down.
	 * @return what lint says of it, as if every table were large
	 */
	private List<Finding> prove(RevisionFile file, Connection connection, Catalog before, Catalog after)
			throws IOException, SQLException {
		Path copy = Files.createTempDirectory("tidemark-revision-");
		try {
			Path changes = Files.createDirectories(copy.resolve(CHANGES));
			if (Files.exists(this.resources.resolve(CHANGES))) {
				FileSystemUtils.copyRecursively(this.resources.resolve("db"), copy.resolve("db"));
			}
			Files.writeString(changes.resolve(file.id() + ".sql"), file.text());
			Changelog changelog = changelog(copy);
			try (Progress unseen = Progress.unseen();
					Migrator migrator = new Migrator(connection, changelog, unseen, Migrations.LOCK_TIMEOUT)) {
				Migration migration = changelog.find(file.id());
				migrator.upgrade(List.of(migration));
				demandNoDifference(after.differencesTo(Catalog.read(connection)), "up");
				migrator.downgrade(List.of(migration));
				demandNoDifference(before.differencesTo(Catalog.read(connection)), "down");
				return new Lint(connection, TableSizes.UNKNOWN, Duration.ZERO).examine(migration);
			}
		}
		catch (MigrationException ex) {
			throw new MigrationException("Nothing written: %s%n%s".formatted(ex.getMessage(), file.text()), ex);
		}
		finally {
			FileSystemUtils.deleteRecursively(copy);
		}
	}

	private static void demandNoDifference(List<String> differences, String direction) {
		if (!differences.isEmpty()) {
			throw new MigrationException("%s, this does not lead where it should; left over: %s".formatted(direction,
					String.join("; ", differences)));
		}
	}

	/**
	 * The engine's migrations, as this class path has them, and those of a source tree.
	 */
	static Changelog changelog(Path resources) throws IOException {
		return Changelog.read(files(resources));
	}

	static ResourceAccessor files(Path resources) throws IOException {
		return new CompositeResourceAccessor(engine(), new DirectoryResourceAccessor(resources));
	}

	private static ResourceAccessor engine() throws IOException {
		try {
			Path engine = Path.of(Changelog.class.getProtectionDomain().getCodeSource().getLocation().toURI());
			return Files.isDirectory(engine) ? new DirectoryResourceAccessor(engine) : new ZipResourceAccessor(engine);
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private int nextNumber() throws IOException {
		return changelog(this.resources).migrations()
			.stream()
			.map(Migration::id)
			.filter((id) -> id.matches("\\d{4}-.*") && !Numbering.isLaterOneOfTheEngine(id))
			.mapToInt(Numbering::of)
			.max()
			.orElse(0) + 1;
	}

	private Written write(RevisionFile file) throws IOException {
		// The first one of a project has no folder yet.
		Path path = Files.createDirectories(this.resources.resolve(CHANGES)).resolve(file.id() + ".sql");
		Files.writeString(path, file.text());
		return new Written(path, file);
	}

	/**
	 * A migration that is there now.
	 *
	 * @param path where it is
	 * @param file what is in it
	 */
	record Written(Path path, RevisionFile file) {

	}

}
