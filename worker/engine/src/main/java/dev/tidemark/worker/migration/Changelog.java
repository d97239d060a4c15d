package dev.tidemark.worker.migration;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import liquibase.Scope;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.database.core.PostgresDatabase;
import liquibase.integration.spring.SpringResourceAccessor;
import liquibase.logging.core.NoOpLogService;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.resource.ResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.DefaultResourceLoader;

import dev.tidemark.worker.settings.UsageException;

/**
 * The migrations, in their order. Reading them needs no database.
 */
final class Changelog {

	/** Where the changelog is, on the class path and below the sources' resources. */
	static final String FILE = "db/changelog/db.changelog-master.yaml";

	private final List<Migration> migrations;

	private final Map<String, Migration> byId;

	/** What is in the files of SQL, by their paths. */
	private final Map<String, byte[]> files;

	private Changelog(List<Migration> migrations, Map<String, byte[]> files) {
		this.migrations = List.copyOf(migrations);
		this.files = files;
		this.byId = migrations.stream()
			.collect(Collectors.toMap(Migration::id, Function.identity(), (first, _) -> first));
	}

	/**
	 * Reads the changelog that this worker was built with.
	 */
	static Changelog ofThisWorker() {
		// Liquibase's own accessor finds no folder in an executable jar.
		return read(new SpringResourceAccessor(new DefaultResourceLoader(Changelog.class.getClassLoader())));
	}

	/**
	 * Reads a changelog.
	 * @param files where to look for {@link #FILE}
	 */
	static Changelog read(ResourceAccessor files) {
		try {
			return quietly(files, () -> {
				DatabaseChangeLog parsed = ChangeLogParserFactory.getInstance()
					.getParser(FILE, files)
					.parse(FILE, new ChangeLogParameters(new PostgresDatabase()), files);
				List<Migration> migrations = parsed.getChangeSets().stream().map(Migration::new).toList();
				return new Changelog(migrations, sqlFiles(migrations, files));
			});
		}
		catch (Exception ex) {
			throw new MigrationException("The migrations can't be read: " + ex.getMessage(), ex);
		}
	}

	private static Map<String, byte[]> sqlFiles(List<Migration> migrations, ResourceAccessor files) throws IOException {
		Map<String, byte[]> contents = new LinkedHashMap<>();
		for (Migration migration : migrations) {
			if (migration.file().endsWith(".sql") && !contents.containsKey(migration.file())) {
				try (InputStream in = files.get(migration.file()).openInputStream()) {
					contents.put(migration.file(), in.readAllBytes());
				}
			}
		}
		return contents;
	}

	/**
	 * Lets Liquibase work without a word on the console, and without a report to its
	 * makers.
	 */
	private static <T> T quietly(ResourceAccessor files, Scope.ScopedRunnerWithReturn<T> work) throws Exception {
		return Scope.child(
				Map.of(Scope.Attr.resourceAccessor.name(), files, Scope.Attr.ui.name(), new LoggerUIService(),
						Scope.Attr.logService.name(), new NoOpLogService(), "liquibase.analytics.enabled", false),
				work);
	}

	List<Migration> migrations() {
		return this.migrations;
	}

	/**
	 * Says what is wrong with the files, one line each; nothing if all is well.
	 */
	List<String> problems() {
		Stream<String> repeated = this.migrations.stream()
			.filter((migration) -> this.migrations.stream()
				.filter((other) -> other.id().equals(migration.id()))
				.count() > 1)
			.map((migration) -> migration.id() + ": its id must be its own");
		Stream<String> ofFiles = this.files.entrySet()
			.stream()
			.flatMap((file) -> SqlFile
				.problems(file.getKey(), file.getValue(),
						this.migrations.stream().filter((migration) -> migration.file().equals(file.getKey())).toList())
				.stream());
		return Stream
			.of(repeated, this.migrations.stream().flatMap((migration) -> migration.problems().stream()), ofFiles)
			.flatMap((problems) -> problems)
			.distinct()
			.toList();
	}

	/** The migration of that very id, if there is one. */
	@Nullable Migration get(String id) {
		return this.byId.get(id);
	}

	/**
	 * Finds a migration by its id, by the beginning of its id, such as the number alone,
	 * or by a tag.
	 * @throws UsageException if there is none, or more than one
	 */
	Migration find(String name) {
		List<Migration> exact = this.migrations.stream()
			.filter((migration) -> migration.id().equals(name) || name.equals(migration.tag()))
			.toList();
		List<Migration> found = !exact.isEmpty() ? exact
				: this.migrations.stream().filter((migration) -> migration.id().startsWith(name)).toList();
		return switch (found.size()) {
			case 0 -> throw new UsageException("There is no migration or tag " + name);
			case 1 -> found.getFirst();
			default -> throw new UsageException(name + " could be any of " + found);
		};
	}

}
