package dev.tidemark.worker.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import dev.tidemark.worker.migration.SchemaObject.Column;
import dev.tidemark.worker.migration.SchemaObject.Constraint;
import dev.tidemark.worker.migration.SchemaObject.Index;
import dev.tidemark.worker.migration.SchemaObject.Other;
import dev.tidemark.worker.migration.SchemaObject.Sequence;
import dev.tidemark.worker.migration.SchemaObject.Table;

/**
 * The statements that lead from one catalog to another, in an order that PostgreSQL
 * accepts: what depends goes first and comes last. Swap the catalogs, and they lead back.
 */
final class SchemaChange {

	private final Catalog from;

	private final Catalog to;

	private final List<String> statements = new ArrayList<>();

	private SchemaChange(Catalog from, Catalog to) {
		this.from = from;
		this.to = to;
	}

	static List<String> between(Catalog from, Catalog to) {
		SchemaChange change = new SchemaChange(from, to);
		change.dropWhatDepends();
		change.dropTables();
		change.createTables();
		change.changeColumns();
		change.createWhatDepends();
		return List.copyOf(change.statements);
	}

	private void dropWhatDepends() {
		this.from.all(Other.class).filter(this::goes).filter((other) -> !isType(other)).forEach(this::drop);
		this.from.all(Constraint.class).filter(Constraint::isForeignKey).filter(this::goes).forEach(this::drop);
		this.from.all(Index.class).filter(this::goes).filter((index) -> stays(index.table())).forEach(this::drop);
		this.from.all(Constraint.class)
			.filter(Predicate.not(Constraint::isForeignKey))
			.filter(this::goes)
			.filter((constraint) -> stays(constraint.table()))
			.forEach(this::drop);
	}

	private void dropTables() {
		this.from.all(Table.class).filter((table) -> !stays(table.table())).forEach(this::drop);
	}

	private void createTables() {
		this.to.all(Other.class).filter(this::comes).filter(SchemaChange::isType).forEach(this::create);
		this.to.all(Sequence.class).filter(this::comes).forEach((sequence) -> {
			if (this.from.objects().containsKey(sequence.name())) {
				drop(sequence);
			}
			create(sequence);
		});
		this.to.all(Table.class)
			.filter(this::comes)
			.forEach((table) -> this.statements.add(table.create(
					this.to.all(Column.class).filter((column) -> column.table().equals(table.table())).toList(),
					this.to.all(Constraint.class)
						.filter((constraint) -> constraint.table().equals(table.table()) && !constraint.isForeignKey())
						.toList())));
	}

	private void changeColumns() {
		this.to.all(Column.class).filter((column) -> stays(column.table())).filter(this::comes).forEach((column) -> {
			if (this.from.objects().get(column.name()) instanceof Column before) {
				this.statements.addAll(column.changeFrom(before));
			}
			else {
				create(column);
			}
		});
		this.from.all(Column.class)
			.filter((column) -> stays(column.table()) && !this.to.objects().containsKey(column.name()))
			.forEach(this::drop);
	}

	private void createWhatDepends() {
		this.to.all(Constraint.class)
			.filter(Predicate.not(Constraint::isForeignKey))
			.filter(this::comes)
			.filter((constraint) -> stays(constraint.table()))
			.forEach(this::create);
		this.to.all(Index.class).filter(this::comes).forEach(this::create);
		this.to.all(Constraint.class)
			.filter(Constraint::isForeignKey)
			.filter((key) -> comes(key) || goes(key))
			.forEach(this::create);
		this.to.all(Other.class).filter(this::comes).filter((other) -> !isType(other)).forEach(this::create);
		this.from.all(Sequence.class)
			.filter((sequence) -> !this.to.objects().containsKey(sequence.name()))
			.forEach(this::drop);
		this.from.all(Other.class).filter(this::goes).filter(SchemaChange::isType).forEach(this::drop);
	}

	/** A table that is there before and after. */
	private boolean stays(String table) {
		return this.from.hasTable(table) && this.to.hasTable(table);
	}

	/**
	 * A foreign key also has to go, and come back, when the key goes that it refers to.
	 */
	private boolean goes(SchemaObject object) {
		return !this.to.has(object) || (object instanceof Constraint key && this.from.all(Constraint.class)
			.filter(Constraint::isKey)
			.filter((referred) -> !this.to.has(referred))
			.anyMatch((referred) -> key.refersTo(referred.table())));
	}

	private boolean comes(SchemaObject object) {
		return !this.from.has(object);
	}

	private static boolean isType(Other other) {
		return other.name().startsWith("type ");
	}

	private void create(SchemaObject object) {
		this.statements.add(object.create());
	}

	private void drop(SchemaObject object) {
		this.statements.add(object.drop());
	}

}
