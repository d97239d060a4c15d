package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for the migrations of any application together with the engine's: they
 * follow the rules, they go up, down and up again, and they make the schema of the
 * entities. If they don't, write the migration that is missing: MIGRATIONS.md says how,
 * in one command. To be extended by a class without a body.
 * <p>
 * A real database, since schemas are made in it.
 */
public abstract class MigrationContractTests {

	/** Not the classes: a file that was removed lives on there. */
	private static final Path RESOURCES = Path.of("src/main/resources");

	private static Changelog changelog() throws IOException {
		return Revision.changelog(RESOURCES);
	}

	private static DatabaseAddress emptyDatabase() {
		return Stack.shared().newTenant().database();
	}

	@Test
	void migrationsMakeTheSchemaOfTheEntities() throws IOException, SQLException {
		DatabaseAddress fromEntities = emptyDatabase();
		EntitySchema.create(fromEntities);
		try (Connection entities = fromEntities.connect(); Connection migrated = emptyDatabase().connect()) {
			Migrations.upgrade(migrated, changelog());
			Catalog wanted = Catalog.read(entities);
			Catalog made = Catalog.read(migrated);
			assertThat(AllowedDifferences.wanted(wanted, made).differencesTo(made)).isEmpty();
			assertThat(AllowedDifferences.REASONS)
				.allSatisfy((name, _) -> assertThat(wanted.objects().get(name)).as("%s is a difference, still", name)
					.isNotEqualTo(made.objects().get(name)));
		}
	}

	/** Whose order the C library has, its update can break. */
	@Test
	void noKeyIsInTheOrderOfTheCLibrary() throws IOException, SQLException {
		try (Connection connection = emptyDatabase().connect(); Statement statement = connection.createStatement()) {
			Migrations.upgrade(connection, changelog());
			try (ResultSet row = statement.executeQuery("""
					select coalesce(string_agg(distinct i.indexrelid::regclass::text, ', '), 'none')
					from pg_index i join pg_class c on c.oid = i.indrelid, unnest(i.indcollation) as library
					where c.relnamespace = current_schema()::regnamespace and i.indisunique
					  and library not in (0, '"C"'::regcollation)""")) {
				row.next();
				assertThat(row.getString(1)).isEqualTo("none");
			}
		}
	}

	@Test
	void everyMigrationFollowsTheRules() {
		assertThat(Changelog.ofThisWorker().problems()).isEmpty();
	}

	@Test
	void theClassPathHasTheMigrationsOfTheSources() throws IOException {
		assertThat(Changelog.ofThisWorker().migrations()).extracting(Migration::file)
			.as("if a file is there that was removed or renamed, clean")
			.containsExactlyElementsOf(changelog().migrations().stream().map(Migration::file).toList());
	}

	@Test
	void filesAreNumberedWithoutGaps() throws IOException {
		Map<Boolean, List<Integer>> numbers = changelog().migrations()
			.stream()
			.map(Migration::id)
			.collect(Collectors.partitioningBy(Numbering::isLaterOneOfTheEngine,
					Collectors.mapping(Numbering::of, Collectors.toList())));
		List<Integer> ofTheApplication = numbers.getOrDefault(false, List.of());
		assertThat(ofTheApplication).isEqualTo(from(ofTheApplication.getFirst(), ofTheApplication.size()));
		List<Integer> ofTheEngine = numbers.getOrDefault(true, List.of());
		assertThat(ofTheEngine).isEqualTo(from(Numbering.LATER_ONES_OF_THE_ENGINE, ofTheEngine.size()));
	}

	private static List<Integer> from(int first, int count) {
		return IntStream.range(first, first + count).boxed().toList();
	}

	@Test
	void whatGoesUpComesDownAndUpAgain() throws IOException, SQLException {
		Changelog changelog = changelog();
		try (Connection connection = emptyDatabase().connect();
				Progress progress = Progress.unseen();
				Migrator migrator = new Migrator(connection, changelog, progress, Migrations.LOCK_TIMEOUT)) {
			Catalog empty = Catalog.read(connection);
			migrator.upgrade(changelog.migrations());
			Catalog head = Catalog.read(connection);
			assertThat(head.objects()).isNotEmpty();
			migrator.downgrade(changelog.migrations().reversed());
			assertThat(Catalog.read(connection)).isEqualTo(empty);
			migrator.upgrade(changelog.migrations());
			assertThat(head.differencesTo(Catalog.read(connection))).isEmpty();
			assertThat(migrator.state().objection()).isNull();
		}
	}

	/**
	 * Names the migrations that lint refuses, and that stay as they are: they were
	 * released before, or their tables are small for ever.
	 * @return their ids
	 */
	protected Set<String> accepted() {
		return Set.of();
	}

	/** However large the tables are; the previous worker is one migration older. */
	@Test
	void noExpandHurtsThoseWhoWork() throws IOException, SQLException {
		try (Connection connection = emptyDatabase().connect()) {
			Map<Migration, List<Finding>> findings = new LinkedHashMap<>();
			for (Migration migration : changelog().migrations()) {
				findings.put(migration, new Lint(connection, TableSizes.UNKNOWN, Duration.ZERO).examine(migration));
			}
			findings.keySet().removeIf((migration) -> accepted().contains(migration.id()));
			LintReport report = new LintReport(findings);
			assertThat(report.refuses()).as("%s", String.join("\n", report.lines())).isFalse();
		}
	}

	@Test
	void everyMigrationComesBackToWhereItWas() throws IOException, SQLException {
		Changelog changelog = changelog();
		try (Connection connection = emptyDatabase().connect();
				Progress progress = Progress.unseen();
				Migrator migrator = new Migrator(connection, changelog, progress, Migrations.LOCK_TIMEOUT)) {
			for (Migration migration : changelog.migrations()) {
				Catalog before = Catalog.read(connection);
				migrator.upgrade(List.of(migration));
				migrator.downgrade(List.of(migration));
				assertThat(before.differencesTo(Catalog.read(connection))).as(migration.id()).isEmpty();
				migrator.upgrade(List.of(migration));
			}
		}
	}

	/** A process, and with {@code -Dtidemark.worker.jar} the packaged jar. */
	@Test
	void theProgramRunsThem() throws IOException {
		Map<String, String> environment = Stack.shared().newTenant().environment();
		assertThat(migrate(environment, "upgrade").exitCode()).isZero();
		assertThat(migrate(environment, "status", "--check").exitCode()).isZero();
		WorkerProcess.Completed history = migrate(environment, "history");
		assertThat(history.exitCode()).as(history.errors()).isZero();
		assertThat(history.output()).contains(changelog().migrations().stream().map(Migration::id).toList());
	}

	private static WorkerProcess.Completed migrate(Map<String, String> environment, String... arguments) {
		String[] all = new String[arguments.length + 1];
		all[0] = "migrate";
		System.arraycopy(arguments, 0, all, 1, arguments.length);
		return WorkerProcess.run(environment, all);
	}

}
