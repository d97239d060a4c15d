package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.migration.Effect.Change;
import dev.tidemark.worker.migration.SchemaPicture.Column;
import dev.tidemark.worker.migration.SchemaPicture.ColumnId;
import dev.tidemark.worker.migration.SchemaPicture.Constraint;
import dev.tidemark.worker.migration.SchemaPicture.Index;
import dev.tidemark.worker.migration.SchemaPicture.Table;
import dev.tidemark.worker.migration.SchemaPicture.Thing;

/**
 * Finds what the previous worker notices of a statement: it reads and writes the tables
 * and columns that it knows, by their names, and whatever values it could write before.
 */
final class SchemaComparison {

	private final Connection copy;

	private final SchemaPicture base;

	private final boolean truncates;

	private final List<Change> changes = new ArrayList<>();

	/**
	 * Compares.
	 * @param copy the session on the copy, after the statement
	 * @param base the schema of the previous worker
	 * @param sql the statement
	 */
	SchemaComparison(Connection copy, SchemaPicture base, String sql) {
		this.copy = copy;
		this.base = base;
		this.truncates = SqlTokens.statements(sql).getFirst().beginsWith("truncate");
	}

	List<Change> changes(SchemaPicture before, SchemaPicture after) throws SQLException {
		for (long id : this.base.tables().keySet()) {
			Table old = before.tables().get(id);
			Table now = after.tables().get(id);
			if (old != null && now == null) {
				change(Change.Event.TABLE_GONE, "%s is not there any more".formatted(old.name()));
			}
			else if (old != null && now != null) {
				compare(old, now);
				compareColumns(now, before, after);
				compareIndexes(now, before, after);
				// A partition that is on its own keeps what made it one.
				if (now.parent().equals(old.parent())) {
					compareConstraints(now, before, after);
				}
			}
		}
		this.base.things().keySet().forEach((id) -> {
			Thing old = before.things().get(id);
			if (old != null) {
				compare(old, after.things().get(id), after);
			}
		});
		after.things().forEach((id, thing) -> {
			if (thing.kind().equals("policy") && !before.things().containsKey(id)
					&& this.base.tables().containsKey(thing.table())) {
				change(Change.Event.POLICY, "%s says which rows a role sees, if policies do there".formatted(thing));
			}
		});
		return List.copyOf(this.changes);
	}

	private void compare(Thing old, @Nullable Thing now, SchemaPicture after) {
		if (now == null) {
			// Of what goes with its table, all has been said.
			if (old.table() == 0 || after.tables().containsKey(old.table())) {
				change(Change.Event.THING_GONE, "%s is not there any more".formatted(old));
			}
			return;
		}
		if (old.isNamed() && !now.name().equals(old.name())) {
			change(Change.Event.THING_GONE, "%s is called %s".formatted(old, now.name()));
		}
		List<String> missing = new ArrayList<>(old.parts());
		missing.removeAll(now.parts());
		if (!missing.isEmpty()) {
			change(Change.Event.THING_GONE, "%s has no %s any more, on which the previous worker may count"
				.formatted(old, String.join(", ", missing)));
		}
		else if (!now.definition().equals(old.definition())) {
			change(Change.Event.THING_CHANGED,
					"%s is another one, with which the previous worker has to go on".formatted(old));
		}
	}

	private void change(Change.Event event, String words) {
		this.changes.add(new Change(event, words));
	}

	private void compare(Table old, Table now) {
		if (!now.name().equals(old.name())) {
			change(Change.Event.TABLE_RENAMED, "%s is called %s".formatted(old.name(), now.name()));
		}
		if (this.truncates && now.storage() != old.storage()) {
			change(Change.Event.TABLE_EMPTIED, "all rows of %s are gone".formatted(old.name()));
		}
		if (now.hidesRows() && !old.hidesRows()) {
			change(Change.Event.ROWS_HIDDEN, "policies say which rows of %s a role sees".formatted(old.name()));
		}
		if (!old.parent().isEmpty() && !now.parent().equals(old.parent())) {
			change(Change.Event.ROWS_GONE, "the rows of %s are not in %s any more".formatted(old.name(), old.parent()));
		}
		List<String> triggers = new ArrayList<>(now.triggers());
		triggers.removeAll(old.triggers());
		triggers.forEach((trigger) -> change(Change.Event.TRIGGER,
				"the trigger %s fires when the previous worker writes to %s".formatted(trigger, old.name())));
	}

	private void compareColumns(Table table, SchemaPicture before, SchemaPicture after) throws SQLException {
		for (Map.Entry<ColumnId, Column> column : before.columns().entrySet()) {
			if (column.getKey().table() == table.id() && this.base.columns().containsKey(column.getKey())) {
				compare(table, column.getValue(), after.columns().get(column.getKey()), before, after);
			}
		}
		after.columns().forEach((id, column) -> {
			if (id.table() == table.id() && !before.columns().containsKey(id) && column.isMandatory()
					&& column.defaultValue() == null && !column.isGenerated()) {
				change(Change.Event.MANDATORY_COLUMN,
						"%s.%s must have a value, which no row has, and the previous worker does not write"
							.formatted(table.name(), column.name()));
			}
		});
	}

	private void compare(Table table, Column old, @Nullable Column now, SchemaPicture before, SchemaPicture after)
			throws SQLException {
		String place = "%s.%s".formatted(table.name(), old.name());
		if (now == null) {
			change(Change.Event.COLUMN_GONE, "%s is not there any more".formatted(place));
			return;
		}
		if (!now.name().equals(old.name())) {
			change(Change.Event.COLUMN_RENAMED, "%s is called %s".formatted(place, now.name()));
		}
		if (!now.type().isAsWideAs(old.type())) {
			change(Change.Event.TYPE, "%s is %s, and the previous worker reads and writes %s".formatted(place,
					now.type().name(), old.type().name()));
		}
		if (now.isMandatory() && !old.isMandatory()
				&& !isRefusedAlready(table, now.name() + " is null", now.name(), before, after)) {
			change(Change.Event.NOT_NULL, "%s takes no null, which the previous worker may write".formatted(place));
		}
		if (!now.isMandatory() && old.isMandatory()) {
			change(Change.Event.NULLABLE, "the previous worker does not expect a null in %s".formatted(place));
		}
		if (now.defaultValue() == null && old.defaultValue() != null) {
			change(Change.Event.DEFAULT_GONE,
					"%s has no default, on which the previous worker may count".formatted(place));
		}
		if (now.takesNoValue() && !old.takesNoValue()) {
			change(Change.Event.NO_VALUE, "the previous worker may not write %s any more".formatted(place));
		}
	}

	private void compareIndexes(Table table, SchemaPicture before, SchemaPicture after) {
		after.indexesOf(table.id())
			.filter((index) -> index.isUnique() && !before.has(index) && isKnown(table, index.columns())
					&& hasItsColumns(table, index.columns(), before, after))
			.forEach(
					(index) -> change(Change.Event.UNIQUE, "%s is unique, and the previous worker may write what is not"
						.formatted(names(table, index.columns(), after))));
		before.indexesOf(table.id())
			.filter((index) -> !after.has(index) && this.base.has(index)
					&& hasItsColumns(table, index.columns(), before, after))
			.forEach((index) -> change(Change.Event.INDEX_GONE,
					(index.isUnique()
							? "the index %s, on which the previous worker counts, is gone, and with it what it refuses"
							: "the index %s, on which the previous worker may count, is gone")
						.formatted(index.name())));
	}

	/** Of a column that is dropped, renamed, or of another type, all has been said. */
	private static boolean hasItsColumns(Table table, List<Integer> columns, SchemaPicture before,
			SchemaPicture after) {
		return columns.stream().map((number) -> new ColumnId(table.id(), number)).allMatch((id) -> {
			Column old = before.columns().get(id);
			Column now = after.columns().get(id);
			return old == null || (now != null && now.name().equals(old.name()) && now.type().equals(old.type()));
		});
	}

	/** Tells whether the previous worker can write all these columns. */
	private boolean isKnown(Table table, List<Integer> columns) {
		return columns.stream()
			.allMatch((number) -> number == 0 || this.base.columns().containsKey(new ColumnId(table.id(), number)));
	}

	private static String names(Table table, List<Integer> columns, SchemaPicture schema) {
		return columns.stream()
			.map((number) -> schema.columns().get(new ColumnId(table.id(), number)))
			.map((column) -> (column != null) ? column.name() : "an expression")
			.collect(Collectors.joining(", ", table.name() + " (", ")"));
	}

	private void compareConstraints(Table table, SchemaPicture before, SchemaPicture after) throws SQLException {
		List<Constraint> added = after.constraintsOf(table.id())
			.filter((constraint) -> !before.has(constraint)
					&& hasItsColumns(table, constraint.columns(), before, after))
			.toList();
		for (Constraint constraint : added) {
			switch (constraint.kind()) {
				case "c" -> {
					if (!isMet(table, constraint, before, after)) {
						change(Change.Event.CHECK,
								"the check %s may refuse what the previous worker writes".formatted(constraint.name()));
					}
				}
				case "domain" ->
					change(Change.Event.CHECK, "the domain's check %s may refuse what the previous worker writes"
						.formatted(constraint.name()));
				case "f" -> {
					if (constraint.columns()
						.stream()
						.anyMatch((number) -> this.base.columns().containsKey(new ColumnId(table.id(), number)))) {
						change(Change.Event.FOREIGN_KEY, "the foreign key %s may refuse what the previous worker writes"
							.formatted(constraint.name()));
					}
				}
				case "x" -> change(Change.Event.EXCLUDED,
						"the exclusion %s may refuse what the previous worker writes".formatted(constraint.name()));
				default -> {
					// A key is an index, and its columns take no null.
				}
			}
		}
		before.constraintsOf(table.id())
			.filter((key) -> key.kind().equals("f") && !after.has(key) && this.base.has(key)
					&& hasItsColumns(table, key.columns(), before, after))
			.forEach((key) -> change(Change.Event.REFERENCE_GONE,
					"the foreign key %s, on which the previous worker counts, is gone".formatted(key.name())));
	}

	/**
	 * Tells whether whatever the previous worker writes meets a check: because a check
	 * that there was refuses the same, which the planner knows; or because it is about
	 * new columns alone, which get their defaults.
	 */
	private boolean isMet(Table table, Constraint check, SchemaPicture before, SchemaPicture after)
			throws SQLException {
		String condition = Objects.requireNonNull(check.condition(), check::name);
		if (check.columns().stream().noneMatch((number) -> isKnown(table, List.of(number)))) {
			return isMetByDefaults(table, check, condition, after);
		}
		return isRefusedAlready(table, "not (%s)".formatted(condition), null, before, after);
	}

	/**
	 * Tells whether the conditions that there were refuse a row: then the planner knows
	 * that there is none, and does not look for it.
	 * @param row which row
	 * @param column a column whose being mandatory is not to be counted
	 */
	private boolean isRefusedAlready(Table table, String row, @Nullable String column, SchemaPicture before,
			SchemaPicture after) throws SQLException {
		Savepoint start = this.copy.setSavepoint();
		try (Statement statement = this.copy.createStatement()) {
			statement.execute("create temporary table lint_probe (like %s)".formatted(table.name()));
			if (column != null) {
				statement.execute("alter table lint_probe alter column %s drop not null".formatted(column));
			}
			for (Constraint old : before.constraintsOf(table.id()).toList()) {
				if (old.condition() != null && hasItsColumns(table, old.columns(), before, after)) {
					statement.execute("alter table lint_probe add check (%s)".formatted(old.condition()));
				}
			}
			statement.execute("set local constraint_exclusion = on");
			try (ResultSet plan = statement
				.executeQuery("explain (costs off) select from lint_probe where %s".formatted(row))) {
				StringBuilder text = new StringBuilder();
				while (plan.next()) {
					text.append(plan.getString(1));
				}
				return text.toString().contains("One-Time Filter: false");
			}
		}
		finally {
			this.copy.rollback(start);
		}
	}

	private boolean isMetByDefaults(Table table, Constraint check, String condition, SchemaPicture after)
			throws SQLException {
		String values = check.columns()
			.stream()
			.map((number) -> Map.entry(number,
					Objects.requireNonNull(after.columns().get(new ColumnId(table.id(), number)))))
			.map((column) -> "(%s)::%s as %s".formatted(
					Objects.requireNonNullElse(column.getValue().defaultValue(), "null"),
					column.getValue().type().name(), column.getValue().name()))
			.collect(Collectors.joining(", "));
		try (Statement statement = this.copy.createStatement();
				ResultSet row = statement.executeQuery(
						"select coalesce((%s), true) from (select %s) as defaults".formatted(condition, values))) {
			return row.next() && row.getBoolean(1);
		}
	}

}
