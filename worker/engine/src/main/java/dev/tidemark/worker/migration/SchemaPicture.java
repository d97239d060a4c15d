package dev.tidemark.worker.migration;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The current schema at a moment, as far as a statement's effect on it can be read from
 * two of them: what there is, where it is stored, and how often this transaction has
 * scanned it.
 *
 * @param tables the tables and views, by their object ids
 * @param columns the columns, by table and number
 * @param indexes the indexes, by their object ids
 * @param constraints the constraints of tables, and of the domains of their columns
 */
record SchemaPicture(Map<Long, Table> tables, Map<ColumnId, Column> columns, Map<Long, Index> indexes,
		List<Constraint> constraints) {

	private static final String TABLES = """
			select c.oid::bigint, c.oid::regclass::text, c.relfilenode::bigint, c.relrowsecurity,
			  pg_stat_get_xact_numscans(c.oid),
			  array(select tgname::text from pg_trigger where tgrelid = c.oid and not tgisinternal order by 1),
			  coalesce((select min(inhparent::regclass::text) from pg_inherits where inhrelid = c.oid), '')
			from pg_class c
			where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'm', 'v')
			  and c.relname not in ('databasechangelog', 'databasechangeloglock')
			order by 2""";

	private static final String COLUMNS = """
			select a.attrelid::bigint, a.attnum, quote_ident(a.attname), a.atttypid::bigint, a.atttypmod,
			  format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity = 'a',
			  a.attidentity <> '' or a.attgenerated <> ''
			from pg_class c
			join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
			left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
			where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')""";

	private static final String INDEXES = """
			select c.oid::bigint, i.indrelid::bigint, c.oid::regclass::text, c.relfilenode::bigint, i.indisunique,
			  array(select unnest(i.indkey)::integer),
			  i.indisunique || substr(pg_get_indexdef(c.oid), position(' USING ' in pg_get_indexdef(c.oid)))
			from pg_index i join pg_class c on c.oid = i.indexrelid
			where c.relnamespace = current_schema()::regnamespace
			order by 3""";

	private static final String CONSTRAINTS = """
			select conrelid::bigint, conname::text, contype::text, conkey::integer[], convalidated,
			  replace(regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', ''),
			    ' REFERENCES ' || confrelid::regclass || '(', ' REFERENCES ' || confrelid || '('),
			  pg_get_expr(conbin, conrelid)
			from pg_constraint
			where connamespace = current_schema()::regnamespace and contype in ('c', 'f', 'p', 'u', 'x') and conrelid <> 0
			union all
			select a.attrelid::bigint, k.conname::text, 'domain', array[a.attnum::integer], k.convalidated,
			  regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), null
			from pg_constraint k
			join pg_attribute a on a.atttypid = k.contypid and a.attnum > 0
			join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
			where k.contypid <> 0 and k.contype = 'c' and c.relnamespace = current_schema()::regnamespace""";

	static SchemaPicture of(Connection connection) throws SQLException {
		Map<Long, Table> tables = new LinkedHashMap<>();
		Map<ColumnId, Column> columns = new LinkedHashMap<>();
		Map<Long, Index> indexes = new LinkedHashMap<>();
		List<Constraint> constraints = new ArrayList<>();
		try (Statement statement = connection.createStatement()) {
			try (ResultSet rows = statement.executeQuery(TABLES)) {
				while (rows.next()) {
					tables.put(rows.getLong(1),
							new Table(rows.getLong(1), rows.getString(2), rows.getLong(3), rows.getBoolean(4),
									rows.getLong(5), list(rows.getArray(6), String.class), rows.getString(7)));
				}
			}
			try (ResultSet rows = statement.executeQuery(COLUMNS)) {
				while (rows.next()) {
					columns.put(new ColumnId(rows.getLong(1), rows.getInt(2)),
							new Column(rows.getString(3), new Type(rows.getLong(4), rows.getInt(5), rows.getString(6)),
									rows.getBoolean(7), rows.getString(8), rows.getBoolean(9), rows.getBoolean(10)));
				}
			}
			try (ResultSet rows = statement.executeQuery(INDEXES)) {
				while (rows.next()) {
					indexes.put(rows.getLong(1), new Index(rows.getLong(2), rows.getString(3), rows.getLong(4),
							rows.getBoolean(5), list(rows.getArray(6), Integer.class), rows.getString(7)));
				}
			}
			try (ResultSet rows = statement.executeQuery(CONSTRAINTS)) {
				while (rows.next()) {
					constraints.add(new Constraint(rows.getLong(1), rows.getString(2), rows.getString(3),
							list(rows.getArray(4), Integer.class), rows.getBoolean(5), rows.getString(6),
							rows.getString(7)));
				}
			}
		}
		return new SchemaPicture(tables, columns, indexes, constraints);
	}

	private static <T> List<T> list(@Nullable Array array, Class<T> type) throws SQLException {
		return (array == null) ? List.of() : Stream.of((Object[]) array.getArray()).map(type::cast).toList();
	}

	Stream<Index> indexesOf(long table) {
		return this.indexes.values().stream().filter((index) -> index.table() == table);
	}

	Stream<Constraint> constraintsOf(long table) {
		return this.constraints.stream().filter((constraint) -> constraint.table() == table);
	}

	/** Tells whether there is one that demands the same of the same table. */
	boolean has(Constraint other) {
		return constraintsOf(other.table())
			.anyMatch((constraint) -> constraint.definition().equals(other.definition()));
	}

	/** Tells whether there is one that holds the same for the same table. */
	boolean has(Index other) {
		return indexesOf(other.table()).anyMatch((index) -> index.definition().equals(other.definition()));
	}

	/**
	 * A table.
	 *
	 * @param id its object id
	 * @param name its name
	 * @param storage the file that it is stored in; another one after a rewrite
	 * @param hidesRows whether policies say who sees which rows
	 * @param scans how often this transaction has scanned all of it
	 * @param triggers the names of its triggers
	 * @param parent the table that it is a part of; empty if it is none
	 */
	record Table(long id, String name, long storage, boolean hidesRows, long scans, List<String> triggers,
			String parent) {
	}

	/**
	 * Which column it is, however it is called.
	 *
	 * @param table the table's object id
	 * @param number its number there
	 */
	record ColumnId(long table, int number) {
	}

	/**
	 * A column.
	 *
	 * @param name its name
	 * @param type its type
	 * @param isMandatory whether it takes no null
	 * @param defaultValue the default's expression, or that which generates it
	 * @param takesNoValue whether nobody may write it
	 * @param isGenerated whether the database draws or computes it
	 */
	record Column(String name, Type type, boolean isMandatory, @Nullable String defaultValue, boolean takesNoValue,
			boolean isGenerated) {
	}

	/**
	 * A type.
	 *
	 * @param id its object id
	 * @param modifier its length or precision; -1 if it has none
	 * @param name its name, for people
	 */
	record Type(long id, int modifier, String name) {

		private static final long TEXT = 25;

		private static final long VARCHAR = 1043;

		private static final long NUMERIC = 1700;

		/** Tells whether it takes, and gives, whatever the other one does. */
		boolean isAsWideAs(Type other) {
			if (this.id != other.id) {
				return this.id == TEXT && other.id == VARCHAR;
			}
			boolean sameScale = this.id != NUMERIC || (short) this.modifier == (short) other.modifier;
			return this.modifier == -1 || (other.modifier != -1 && this.modifier >= other.modifier && sameScale);
		}

	}

	/**
	 * An index.
	 *
	 * @param table the table's object id
	 * @param name its name
	 * @param storage the file that it is stored in
	 * @param isUnique whether it refuses duplicates
	 * @param columns the numbers of its columns; 0 for an expression
	 * @param definition what it is, without its name
	 */
	record Index(long table, String name, long storage, boolean isUnique, List<Integer> columns, String definition) {
	}

	/**
	 * A constraint.
	 *
	 * @param table the table's object id
	 * @param name its name
	 * @param kind {@code c}, {@code f}, {@code p}, {@code u} or {@code x}, as the catalog
	 * has it, or {@code domain}
	 * @param columns the numbers of its columns
	 * @param isValidated whether all rows are known to keep to it
	 * @param definition what it demands
	 * @param condition a check's condition
	 */
	record Constraint(long table, String name, String kind, List<Integer> columns, boolean isValidated,
			String definition, @Nullable String condition) {
	}

}
