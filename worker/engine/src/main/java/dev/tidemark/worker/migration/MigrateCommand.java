package dev.tidemark.worker.migration;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.worker.migration.MigrateArguments.Verb;
import dev.tidemark.worker.settings.UsageException;

/**
 * One {@code migrate} command, from its arguments to its exit code.
 */
final class MigrateCommand {

	private static final int DONE = 0;

	private static final int WRONG_USAGE = 2;

	private static final int NOT_SO = 3;

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

	private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private final Changelog changelog;

	private final PrintStream out;

	MigrateCommand(Changelog changelog, PrintStream out) {
		this.changelog = changelog;
		this.out = out;
	}

	/**
	 * Runs the command.
	 * @return the exit code
	 */
	int run(MigrateArguments arguments) throws SQLException {
		return switch (arguments.verb()) {
			case UPGRADE -> upgrade(settings(arguments), arguments);
			case DOWNGRADE -> downgrade(settings(arguments), arguments);
			case CURRENT -> current(state(arguments), arguments.has("json"));
			case HISTORY -> history(state(arguments), arguments.has("json"));
			case STATUS -> status(arguments);
			case STAMP -> stamp(settings(arguments), arguments);
			case VALIDATE -> validate(settings(arguments));
			case LINT -> lint(settings(arguments));
			case RESET -> reset(settings(arguments), arguments.has("yes"));
			case HELP -> help();
		};
	}

	private int upgrade(MigrationSettings settings, MigrateArguments arguments) throws SQLException {
		UpgradeTarget target = UpgradeTarget.parse(arguments.target(), this.changelog);
		refuseProblems();
		try (Connection connection = settings.connect()) {
			DatabaseCheck.require(connection);
			String grants = Grants.statement(connection, settings.workerRole());
			if (arguments.has("sql")) {
				SchemaState state = new SchemaState(this.changelog, AppliedMigration.history(connection));
				this.out.print(Script.upgrade(connection, state, target.of(state), grants, settings));
				return DONE;
			}
			DatabaseCheck.requireRights(connection);
			try (Progress progress = Progress.on(this.out);
					Migrator migrator = migrator(connection, progress, settings)) {
				SchemaState state = migrator.state();
				List<Migration> migrations = target.of(state);
				migrator.upgrade(migrations);
				migrator.rebuildInvalidIndexes();
				migrator.grant(grants);
				conclude(migrations.size(), "applied", migrator.state());
			}
		}
		return DONE;
	}

	private int downgrade(MigrationSettings settings, MigrateArguments arguments) throws SQLException {
		DowngradeTarget target = DowngradeTarget.parse(arguments.target());
		refuseProblems();
		try (Connection connection = settings.connect()) {
			if (arguments.has("sql")) {
				SchemaState state = new SchemaState(this.changelog, AppliedMigration.history(connection));
				this.out.print(Script.downgrade(state, target.of(state), settings.patience()));
				return DONE;
			}
			DatabaseCheck.requireRights(connection);
			try (Progress progress = Progress.on(this.out);
					Migrator migrator = migrator(connection, progress, settings)) {
				List<Migration> migrations = target.of(migrator.state());
				migrator.downgrade(migrations);
				conclude(migrations.size(), "undone", migrator.state());
			}
		}
		return DONE;
	}

	private Migrator migrator(Connection connection, Progress progress, MigrationSettings settings)
			throws SQLException {
		return new Migrator(connection, this.changelog, progress, settings.lockTimeout(), settings.patience(),
				settings.batching(), settings::connectToWatch);
	}

	private void conclude(int count, String done, SchemaState state) {
		this.out.println("%s %s; the schema is at %s".formatted((count > 0) ? migrations(count) : "Nothing", done,
				position(state)));
	}

	private int current(SchemaState state, boolean json) {
		if (json) {
			AppliedMigration current = state.current();
			Map<String, @Nullable Object> position = new LinkedHashMap<>();
			position.put("current", (current != null) ? current.id() : null);
			position.put("tag", (current != null) ? current.tag() : null);
			position.put("at", (current != null) ? instant(current) : null);
			position.put("pending", state.pending().size());
			printJson(position);
		}
		else {
			this.out.println(position(state));
		}
		return DONE;
	}

	private int history(SchemaState state, boolean json) {
		List<AppliedMigration> latestFirst = state.history().reversed();
		if (json) {
			printJson(latestFirst.stream().map((applied) -> {
				Map<String, @Nullable Object> line = new LinkedHashMap<>();
				line.put("id", applied.id());
				line.put("at", instant(applied));
				line.put("impact", applied.labels());
				line.put("tag", applied.tag());
				line.put("comment", applied.comment());
				return line;
			}).toList());
		}
		else if (latestFirst.isEmpty()) {
			this.out.println("Nothing has run");
		}
		else {
			int width = width(latestFirst);
			for (AppliedMigration applied : latestFirst) {
				String tag = (applied.tag() != null) ? "  (" + applied.tag() + ")" : "";
				this.out.println(
						"%s UTC  %s  %-8s  %s%s"
							.formatted(applied.at().format(TIME), padded(applied, width),
									Objects.requireNonNullElse(applied.labels(), ""),
									Objects.requireNonNullElse(applied.comment(), ""), tag)
							.stripTrailing());
			}
		}
		return DONE;
	}

	private int status(MigrateArguments arguments) throws SQLException {
		try (Connection connection = settings(arguments).connect()) {
			if (arguments.has("check")) {
				DatabaseCheck.require(connection);
			}
			return status(new SchemaState(this.changelog, AppliedMigration.history(connection)), arguments);
		}
	}

	private int status(SchemaState state, MigrateArguments arguments) {
		if (arguments.has("json")) {
			List<Map<String, @Nullable Object>> lines = new ArrayList<>();
			state.pending().forEach((migration) -> lines.add(statusLine(migration, "pending")));
			state.edited().forEach((migration) -> lines.add(statusLine(migration, "edited")));
			state.unknown().forEach((applied) -> {
				Map<String, @Nullable Object> line = new LinkedHashMap<>();
				line.put("id", applied.id());
				line.put("status", "unknown");
				line.put("impact", applied.labels());
				line.put("comment", applied.comment());
				lines.add(line);
			});
			printJson(lines);
		}
		else {
			this.out.println("The schema is at " + position(state));
			int width = width(state.pending());
			state.pending()
				.forEach((migration) -> this.out.println(
						"  pending  %s  %s".formatted(padded(migration, width), migration.comment()).stripTrailing()));
			state.edited().forEach((migration) -> this.out.println("  edited   " + migration));
			state.unknown().forEach((applied) -> this.out.println("  unknown  " + applied));
		}
		return (arguments.has("check") && state.objection() != null) ? NOT_SO : DONE;
	}

	private static Map<String, @Nullable Object> statusLine(Migration migration, String status) {
		Map<String, @Nullable Object> line = new LinkedHashMap<>();
		line.put("id", migration.id());
		line.put("status", status);
		line.put("impact", (migration.impact() != null) ? migration.impact().label() : null);
		line.put("comment", migration.comment());
		return line;
	}

	private int stamp(MigrationSettings settings, MigrateArguments arguments) throws SQLException {
		List<Migration> stamped = stamped(arguments.target());
		refuseProblems();
		try (Connection connection = settings.connect(); Progress progress = Progress.on(this.out)) {
			DatabaseCheck.require(connection);
			DatabaseCheck.requireRights(connection);
			String grants = Grants.statement(connection, settings.workerRole());
			try (Migrator migrator = migrator(connection, progress, settings)) {
				SchemaState before = migrator.state();
				migrator.stamp(stamped);
				migrator.grant(grants);
				SchemaState after = migrator.state();
				List<Migration> recorded = new ArrayList<>(before.pending());
				recorded.removeAll(after.pending());
				recorded.forEach((migration) -> this.out.println(migration + ": recorded, not run"));
				before.edited().forEach((migration) -> this.out.println(migration + ": recorded as its file is now"));
				List<String> kept = after.history().stream().map(AppliedMigration::id).toList();
				before.history()
					.stream()
					.filter((applied) -> !kept.contains(applied.id()))
					.forEach((applied) -> this.out.println(applied + ": forgotten, not undone"));
				this.out.println("The schema is said to be at " + position(after));
			}
		}
		return DONE;
	}

	private List<Migration> stamped(@Nullable String target) {
		List<Migration> all = this.changelog.migrations();
		return switch (target) {
			case null -> throw new UsageException("stamp wants to know up to where: head, an id, a tag, or base");
			case "head" -> all;
			case "base" -> List.of();
			default -> all.subList(0, all.indexOf(this.changelog.find(target)) + 1);
		};
	}

	private int validate(MigrationSettings settings) throws SQLException {
		try (Connection connection = settings.connect()) {
			SchemaState state = new SchemaState(this.changelog, AppliedMigration.history(connection));
			List<String> findings = new ArrayList<>(this.changelog.problems());
			state.edited()
				.forEach((migration) -> findings.add(migration + ": its file is not what it was when it ran"));
			if (!findings.isEmpty()) {
				findings.forEach(this.out::println);
				return NOT_SO;
			}
			this.out.println("%s, well formed; %d of them ran, as they are now".formatted(
					migrations(this.changelog.migrations().size()), state.history().size() - state.unknown().size()));
			return (state.isUpgradeOfSomething() && state.unknown().isEmpty())
					? lint(settings, connection, state, false) : DONE;
		}
	}

	private int lint(MigrationSettings settings) throws SQLException {
		refuseProblems();
		try (Connection connection = settings.connect()) {
			DatabaseCheck.require(connection);
			SchemaState state = new SchemaState(this.changelog, AppliedMigration.history(connection));
			int pending = new UpgradeTarget.Head().of(state).size();
			if (pending == 0) {
				this.out.println("Nothing is pending");
				return DONE;
			}
			if (!state.isUpgradeOfSomething()) {
				this.out.println("Nothing has run, so that nobody is there to wait");
				return DONE;
			}
			return lint(settings, connection, state, true);
		}
	}

	/**
	 * Tries what is pending on a copy.
	 * @param isAskedFor whether it is a failure that no copy is to be had
	 */
	private int lint(MigrationSettings settings, Connection live, SchemaState state, boolean isAskedFor)
			throws SQLException {
		try (ScratchDatabase scratch = ScratchDatabase.open(settings, live)) {
			LintReport report = LintReport.of(scratch.connection(), state, TableSizes.of(live), settings.patience());
			report.lines().forEach(this.out::println);
			return report.refuses() ? NOT_SO : DONE;
		}
		catch (ScratchDatabase.UnavailableException ex) {
			if (isAskedFor) {
				throw ex;
			}
			this.out.println("Not linted. " + ex.getMessage());
			return DONE;
		}
	}

	private int reset(MigrationSettings settings, boolean sure) throws SQLException {
		refuseProblems();
		try (Connection connection = settings.connect(); Progress progress = Progress.on(this.out)) {
			SchemaContents contents = SchemaContents.of(connection);
			if (!sure) {
				this.out.println(contents.describe(settings.environment().url()));
				this.out.println("To drop all of it and build the schema again: migrate reset --yes");
				return WRONG_USAGE;
			}
			DatabaseCheck.require(connection);
			DatabaseCheck.requireRights(connection);
			String grants = Grants.statement(connection, settings.workerRole());
			try (Migrator migrator = migrator(connection, progress, settings)) {
				migrator.drop(SchemaContents.of(connection).dropStatements());
				migrator.upgrade(this.changelog.migrations());
				migrator.grant(grants);
				conclude(this.changelog.migrations().size(), "applied", migrator.state());
			}
		}
		return DONE;
	}

	private int help() {
		this.out.println(Verb.help());
		return DONE;
	}

	private static MigrationSettings settings(MigrateArguments arguments) {
		return MigrationSettings.read(arguments.properties());
	}

	private SchemaState state(MigrateArguments arguments) throws SQLException {
		try (Connection connection = settings(arguments).connect()) {
			return new SchemaState(this.changelog, AppliedMigration.history(connection));
		}
	}

	private void refuseProblems() {
		List<String> problems = this.changelog.problems();
		if (!problems.isEmpty()) {
			throw new MigrationException("The migrations are not well formed: " + String.join("; ", problems));
		}
	}

	private static String position(SchemaState state) {
		AppliedMigration current = state.current();
		String place = (current == null) ? "base"
				: current.id() + ((current.tag() != null) ? " (" + current.tag() + ")" : "");
		int pending = state.pending().size();
		if (pending > 0) {
			return "%s, %d behind head".formatted(place, pending);
		}
		int unknown = state.unknown().size();
		return (unknown > 0) ? "%s, %d ahead of this version".formatted(place, unknown) : place + " (head)";
	}

	private static String migrations(int count) {
		return (count == 1) ? "1 migration" : count + " migrations";
	}

	private static String instant(AppliedMigration applied) {
		return applied.at().toInstant(ZoneOffset.UTC).toString();
	}

	private static int width(Collection<?> names) {
		return names.stream().mapToInt((name) -> name.toString().length()).max().orElse(0);
	}

	private static String padded(Object name, int width) {
		String text = name.toString();
		return text + " ".repeat(width - text.length());
	}

	private void printJson(Object value) {
		this.out.println(JSON.writeValueAsString(value));
	}

}
