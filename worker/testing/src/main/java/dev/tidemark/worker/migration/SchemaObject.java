package dev.tidemark.worker.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Something that a schema consists of, as PostgreSQL itself describes it: two are the
 * same if they are equal.
 */
sealed interface SchemaObject {

	/** What it is called among all objects, for people and to tell them apart. */
	String name();

	/** The statement that makes it, where everything that it builds on is there. */
	String create();

	/** The statement that removes it. */
	String drop();

	/**
	 * A table, without what is in it.
	 *
	 * @param table the name
	 */
	record Table(String table) implements SchemaObject {

		@Override
		public String name() {
			return "table " + this.table;
		}

		@Override
		public String create() {
			return create(List.of(), List.of());
		}

		/** A table is best made together with its columns and constraints. */
		String create(List<Column> columns, List<Constraint> constraints) {
			List<String> members = new ArrayList<>();
			columns.forEach((column) -> members.add("  " + column.definition()));
			constraints.forEach((constraint) -> members
				.add("  constraint %s %s".formatted(constraint.constraint(), Ddl.lowerCase(constraint.definition()))));
			return members.stream()
				.collect(Collectors.joining(",\n", "create table %s (\n".formatted(this.table), "\n)"));
		}

		@Override
		public String drop() {
			return "drop table " + this.table;
		}

	}

	/**
	 * A column.
	 *
	 * @param table its table
	 * @param column its name
	 * @param type its type, with length or precision, and a collation of its own
	 * @param notNull whether it is mandatory
	 * @param defaultValue the default's expression
	 * @param identity {@code always} or {@code by default} for an identity column
	 * @param generated the expression of a generated column, and whether it is stored
	 */
	record Column(String table, String column, String type, boolean notNull, @Nullable String defaultValue,
			@Nullable String identity, @Nullable String generated) implements SchemaObject {

		private static final Pattern MODIFIER = Pattern.compile("\\(.*\\)| collate .*");

		@Override
		public String name() {
			return "column %s.%s".formatted(this.table, this.column);
		}

		String definition() {
			StringBuilder definition = new StringBuilder(this.column).append(' ').append(this.type);
			if (this.generated != null) {
				definition.append(" generated always as ").append(this.generated);
			}
			if (this.identity != null) {
				definition.append(" generated ").append(this.identity).append(" as identity");
			}
			if (this.notNull) {
				definition.append(" not null");
			}
			if (this.defaultValue != null) {
				definition.append(" default ").append(this.defaultValue);
			}
			return definition.toString();
		}

		@Override
		public String create() {
			return "alter table %s add column %s".formatted(this.table, definition());
		}

		@Override
		public String drop() {
			return "alter table %s drop column %s".formatted(this.table, this.column);
		}

		/**
		 * The statements that make this column of another one, in an order in which each
		 * of them can be run.
		 */
		List<String> changeFrom(Column before) {
			if (!Objects.equals(this.generated, before.generated)) {
				return List.of(before.drop(), create());
			}
			boolean newType = !this.type.equals(before.type);
			boolean newDefault = !Objects.equals(this.defaultValue, before.defaultValue);
			boolean newIdentity = !Objects.equals(this.identity, before.identity);
			// A default of the old type may not fit the new one.
			boolean suspendDefault = newType && !kind(this.type).equals(kind(before.type));
			List<String> actions = new ArrayList<>();
			if (before.identity != null && this.identity == null) {
				actions.add("drop identity");
			}
			if (before.defaultValue != null && (suspendDefault || this.defaultValue == null)) {
				actions.add("drop default");
			}
			if (newType) {
				actions.add("type " + this.type
						+ (suspendDefault ? " using %s::%s".formatted(this.column, this.type) : ""));
			}
			if (this.notNull != before.notNull) {
				actions.add((this.notNull ? "set" : "drop") + " not null");
			}
			if (newIdentity && this.identity != null) {
				actions.add((before.identity != null) ? "set generated " + this.identity
						: "add generated %s as identity".formatted(this.identity));
			}
			if (this.defaultValue != null && (newDefault || suspendDefault)) {
				actions.add("set default " + this.defaultValue);
			}
			return actions.stream()
				.map((action) -> "alter table %s alter column %s %s".formatted(this.table, this.column, action))
				.toList();
		}

		private static String kind(String type) {
			return MODIFIER.matcher(type).replaceAll("");
		}

	}

	/**
	 * A constraint other than not null.
	 *
	 * @param table its table
	 * @param constraint its name
	 * @param definition what it demands
	 */
	record Constraint(String table, String constraint, String definition) implements SchemaObject {

		private static final Pattern VALUES = Pattern.compile("(?<=ARRAY\\[)[^\\]]*");

		/**
		 * The order of the values that a check allows has no meaning, and Hibernate's
		 * none at all.
		 */
		public Constraint {
			definition = VALUES.matcher(definition)
				.replaceAll((values) -> Stream.of(values.group().split(", "))
					.sorted()
					.collect(Collectors.collectingAndThen(Collectors.joining(", "), Matcher::quoteReplacement)));
		}

		@Override
		public String name() {
			return "constraint %s.%s".formatted(this.table, this.constraint);
		}

		boolean isForeignKey() {
			return this.definition.startsWith("FOREIGN KEY");
		}

		boolean isCheck() {
			return this.definition.startsWith("CHECK");
		}

		/** Tells whether a foreign key could refer to it. */
		boolean isKey() {
			return this.definition.startsWith("PRIMARY KEY") || this.definition.startsWith("UNIQUE");
		}

		boolean refersTo(String other) {
			return isForeignKey() && this.definition.contains(" REFERENCES " + other + "(");
		}

		@Override
		public String create() {
			return "alter table %s add constraint %s %s".formatted(this.table, this.constraint,
					Ddl.lowerCase(this.definition));
		}

		@Override
		public String drop() {
			return "alter table %s drop constraint %s".formatted(this.table, this.constraint);
		}

	}

	/**
	 * An index that is not the index of a constraint.
	 *
	 * @param table its table
	 * @param index its name
	 * @param definition the statement that makes it
	 */
	record Index(String table, String index, String definition) implements SchemaObject {

		@Override
		public String name() {
			return "index " + this.index;
		}

		@Override
		public String create() {
			return Ddl.lowerCase(this.definition).replace(" using btree ", " ");
		}

		@Override
		public String drop() {
			return "drop index " + this.index;
		}

	}

	/**
	 * A sequence that is not that of an identity column.
	 *
	 * @param sequence its name
	 * @param definition its type, steps and bounds
	 */
	record Sequence(String sequence, String definition) implements SchemaObject {

		@Override
		public String name() {
			return "sequence " + this.sequence;
		}

		@Override
		public String create() {
			return "create sequence %s %s".formatted(this.sequence, this.definition);
		}

		@Override
		public String drop() {
			return "drop sequence if exists " + this.sequence;
		}

	}

	/**
	 * What entities have no word for: a view, a function, a trigger, a type. It is
	 * compared like everything else.
	 *
	 * @param name its kind and its name
	 * @param create the statement that makes it
	 * @param drop the statement that removes it
	 */
	record Other(String name, String create, String drop) implements SchemaObject {

	}

}
