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
import java.util.Objects;
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
 * @param things what else there is, by catalog and object id
 */
record SchemaPicture(Map<Long, Table> tables, Map<ColumnId, Column> columns, Map<Long, Index> indexes,
		List<Constraint> constraints, Map<String, Thing> things) {

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

	/** What extensions have brought is theirs. */
	private static final String THINGS = """
			with own as (select current_schema()::regnamespace as schema),
			theirs as (select classid, objid from pg_depend where deptype = 'e')
			select 'function ' || p.oid, 'function', p.oid::regprocedure::text, 0::bigint, true,
			  case when p.prokind = 'a' then '' else pg_get_functiondef(p.oid) end, '{}'::text[]
			from pg_proc p, own
			where p.pronamespace = own.schema and not exists (select from theirs
			  where classid = 'pg_proc'::regclass and objid = p.oid)
			union all
			select 'sequence ' || c.oid, 'sequence', c.oid::regclass::text, coalesce((select refobjid::bigint from pg_depend
			    where classid = 'pg_class'::regclass and objid = c.oid and deptype in ('a', 'i')
			      and refclassid = 'pg_class'::regclass limit 1), 0), true,
			  concat_ws(' ', s.seqtypid, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle), '{}'
			from pg_class c join pg_sequence s on s.seqrelid = c.oid, own
			where c.relnamespace = own.schema
			union all
			select 'type ' || t.oid, case t.typtype when 'd' then 'domain' else 'type' end, t.oid::regtype::text, 0, true,
			  format_type(nullif(t.typbasetype, 0), t.typtypmod),
			  array(select 'value ' || enumlabel from pg_enum where enumtypid = t.oid)
			    || array(select format('row (%s)', string_agg(format_type(atttypid, atttypmod), ', ' order by attnum))
			      from pg_attribute where attrelid = t.typrelid and attnum > 0 and not attisdropped having count(*) > 0)
			    || array(select format('attribute %I', attname)
			      from pg_attribute where attrelid = t.typrelid and attnum > 0 and not attisdropped)
			from pg_type t left join pg_class c on c.oid = t.typrelid, own
			where t.typnamespace = own.schema and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
			  and not exists (select from theirs where classid = 'pg_type'::regclass and objid = t.oid)
			union all
			select 'trigger ' || t.oid, 'trigger', format('%I on %s', t.tgname, c.oid::regclass), c.oid::bigint, false,
			  regexp_replace(pg_get_triggerdef(t.oid), ' TRIGGER .* (BEFORE|AFTER|INSTEAD) ', ' '),
			  case t.tgenabled when 'D' then '{}' else array['effect'] end
			from pg_trigger t join pg_class c on c.oid = t.tgrelid, own
			where c.relnamespace = own.schema and not t.tgisinternal
			union all
			select 'policy ' || p.oid, 'policy', format('%I on %s', p.polname, c.oid::regclass), c.oid::bigint, false, '',
			  array[concat_ws(' ', p.polcmd, p.polpermissive, p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid),
			    pg_get_expr(p.polwithcheck, p.polrelid))]
			from pg_policy p join pg_class c on c.oid = p.polrelid, own
			where c.relnamespace = own.schema
			union all
			select 'relation ' || c.oid, case c.relkind when 'v' then 'view' else 'table' end, c.oid::regclass::text, c.oid::bigint,
			  false, concat_ws(' ', c.relreplident, case c.relkind when 'v' then c.reloptions::text end,
			    case c.relkind when 'v' then pg_get_viewdef(c.oid) end),
			  array(select lower(privilege_type) || ' for ' || case grantee when 0 then 'everybody' else grantee::regrole::text end
			    from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))))
			from pg_class c, own
			where c.relnamespace = own.schema and c.relkind in ('r', 'p', 'v', 'm')
			  and c.relname not in ('databasechangelog', 'databasechangeloglock')
			union all
			select 'schema ' || n.oid, 'schema', n.oid::regnamespace::text, 0, true, '', '{}'
			from pg_namespace n
			where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
			union all
			select 'extension ' || e.oid, 'extension', quote_ident(e.extname), 0, true, e.extversion, '{}'
			from pg_extension e
			order by 2, 3""";

	static SchemaPicture of(Connection connection) throws SQLException {
		Map<Long, Table> tables = new LinkedHashMap<>();
		Map<ColumnId, Column> columns = new LinkedHashMap<>();
		Map<Long, Index> indexes = new LinkedHashMap<>();
		List<Constraint> constraints = new ArrayList<>();
		Map<String, Thing> things = new LinkedHashMap<>();
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
			try (ResultSet rows = statement.executeQuery(THINGS)) {
				while (rows.next()) {
					things.put(rows.getString(1),
							new Thing(rows.getString(2), rows.getString(3), rows.getLong(4), rows.getBoolean(5),
									Objects.requireNonNullElse(rows.getString(6), ""),
									list(rows.getArray(7), String.class)));
				}
			}
		}
		return new SchemaPicture(tables, columns, indexes, constraints, things);
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

	/**
	 * Something else that there is: a function, a type, a trigger, or what a table has
	 * besides its columns.
	 *
	 * @param kind what it is
	 * @param name its name
	 * @param table the table that it belongs to; 0 if it belongs to none
	 * @param isNamed whether somebody may call it by its name
	 * @param definition how it is made
	 * @param parts what others may count on
	 */
	record Thing(String kind, String name, long table, boolean isNamed, String definition, List<String> parts) {

		@Override
		public String toString() {
			return "the %s %s".formatted(this.kind, this.name);
		}

	}

}
