package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.tidemark.worker.migration.SchemaObject.Column;
import dev.tidemark.worker.migration.SchemaObject.Constraint;
import dev.tidemark.worker.migration.SchemaObject.Index;
import dev.tidemark.worker.migration.SchemaObject.Other;
import dev.tidemark.worker.migration.SchemaObject.Sequence;
import dev.tidemark.worker.migration.SchemaObject.Table;

/**
 * All that a schema consists of, but for the history of its migrations. The order of a
 * table's columns does not count.
 *
 * @param objects the objects by their names
 */
record Catalog(SortedMap<String, SchemaObject> objects) {

	private static final String OWN_TABLE = """
			c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
			  and c.relname not in ('databasechangelog', 'databasechangeloglock')""";

	private static final String OTHERS = """
			with other (class, oid, name, definition, drop) as (
			  select 'pg_class'::regclass, oid, format('view %s', oid::regclass),
			    format(E'create %sview %s as\\n%s', case relkind when 'm' then 'materialized ' else '' end,
			      oid::regclass, pg_get_viewdef(oid, true)),
			    format('drop %sview %s', case relkind when 'm' then 'materialized ' else '' end, oid::regclass)
			  from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('v', 'm')
			  union all
			  select 'pg_proc'::regclass, oid, format('function %s', oid::regprocedure), pg_get_functiondef(oid),
			    format('drop routine %s', oid::regprocedure)
			  from pg_proc where pronamespace = current_schema()::regnamespace and prokind in ('f', 'p')
			  union all
			  select 'pg_trigger'::regclass, t.oid, format('trigger %s.%s', tgrelid::regclass, tgname),
			    pg_get_triggerdef(t.oid, true), format('drop trigger %I on %s', tgname, tgrelid::regclass)
			  from pg_trigger t join pg_class c on c.oid = tgrelid
			  where c.relnamespace = current_schema()::regnamespace and not tgisinternal
			  union all
			  select 'pg_type'::regclass, t.oid, format('type %s', t.oid::regtype),
			    format('create type %s as enum (%s)', t.oid::regtype,
			      (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum
			       where enumtypid = t.oid)),
			    format('drop type %s', t.oid::regtype)
			  from pg_type t where typnamespace = current_schema()::regnamespace and typtype = 'e'
			  union all
			  select 'pg_description'::regclass, 0, format('comment on %s', target),
			    format('comment on %s is %L', target, description), format('comment on %s is null', target)
			  from (
			    select case when objsubid = 0 then format('table %s', objoid::regclass)
			        else format('column %s.%I', objoid::regclass, attname) end as target, description
			    from pg_description join pg_class c on c.oid = objoid
			    left join pg_attribute on attrelid = objoid and attnum = objsubid and objsubid > 0
			    where classoid = 'pg_class'::regclass and relkind in ('r', 'p')
			      and relnamespace = current_schema()::regnamespace
			  ) as comments
			)
			select name, definition, drop from other
			where not exists (select from pg_depend where classid = class and objid = other.oid and deptype = 'e')""";

	/**
	 * Reads the current schema of a database that nobody else is using.
	 */
	static Catalog read(Connection connection) throws SQLException {
		boolean autoCommit = connection.getAutoCommit();
		connection.setAutoCommit(false);
		Savepoint savepoint = connection.setSavepoint();
		try (Statement statement = connection.createStatement()) {
			normalize(statement);
			return read(statement);
		}
		finally {
			connection.rollback(savepoint);
			connection.setAutoCommit(autoCommit);
		}
	}

	/**
	 * Puts every condition through the parser once more, from its own text: PostgreSQL
	 * shows some of them differently after that, and then never again.
	 */
	private static void normalize(Statement statement) throws SQLException {
		Catalog asFound = read(statement);
		List<SchemaObject> conditions = asFound.objects.values().stream().filter(Catalog::isCondition).toList();
		for (SchemaObject condition : conditions) {
			statement.execute(condition.drop());
			statement.execute(condition.create());
		}
	}

	private static boolean isCondition(SchemaObject object) {
		return switch (object) {
			case Constraint constraint -> constraint.isCheck();
			case Index index -> index.definition().contains(" WHERE ");
			default -> false;
		};
	}

	private static Catalog read(Statement statement) throws SQLException {
		List<SchemaObject> objects = new ArrayList<>();
		query(statement, """
				select c.relname
				from pg_class c
				where %s""".formatted(OWN_TABLE), (row) -> objects.add(new Table(row.getString(1))));
		query(statement, """
				select c.relname, quote_ident(a.attname),
				  format_type(a.atttypid, a.atttypmod) || case when a.attcollation <> t.typcollation
				    then ' collate ' || a.attcollation::regcollation else '' end,
				  a.attnotnull,
				  case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid, true) end,
				  case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
				  case a.attgenerated when 's' then '(' || pg_get_expr(d.adbin, d.adrelid, true) || ') stored'
				    when 'v' then '(' || pg_get_expr(d.adbin, d.adrelid, true) || ') virtual' end
				from pg_class c
				join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
				join pg_type t on t.oid = a.atttypid
				left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
				where %s
				order by c.relname, a.attnum""".formatted(OWN_TABLE),
				(row) -> objects.add(new Column(row.getString(1), row.getString(2), type(row.getString(3)),
						row.getBoolean(4), row.getString(5), row.getString(6), row.getString(7))));
		query(statement, """
				select c.relname, quote_ident(k.conname), pg_get_constraintdef(k.oid, true)
				from pg_class c join pg_constraint k on k.conrelid = c.oid
				where k.contype in ('c', 'f', 'p', 'u', 'x') and %s""".formatted(OWN_TABLE),
				(row) -> objects.add(new Constraint(row.getString(1), row.getString(2), row.getString(3))));
		query(statement,
				"""
						select c.relname, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid, 0, true)
						from pg_class c join pg_index i on i.indrelid = c.oid
						where not exists (select from pg_constraint where conindid = i.indexrelid and contype in ('p', 'u', 'x'))
						  and %s"""
					.formatted(OWN_TABLE),
				(row) -> objects.add(new Index(row.getString(1), row.getString(2), row.getString(3))));
		query(statement, """
				select c.oid::regclass::text, format('as %s increment %s minvalue %s maxvalue %s start %s cache %s%s',
				  format_type(s.seqtypid, null), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
				  case when s.seqcycle then ' cycle' else '' end)
				from pg_sequence s join pg_class c on c.oid = s.seqrelid
				where c.relnamespace = current_schema()::regnamespace
				  and not exists (select from pg_depend
				    where classid = 'pg_class'::regclass and objid = c.oid and deptype in ('i', 'e'))""",
				(row) -> objects.add(new Sequence(row.getString(1), row.getString(2))));
		query(statement, OTHERS, (row) -> objects.add(new Other(row.getString(1), row.getString(2), row.getString(3))));
		SortedMap<String, SchemaObject> byName = new TreeMap<>();
		objects.forEach((object) -> byName.put(object.name(), object));
		return new Catalog(byName);
	}

	private static String type(String type) {
		return type.replaceFirst("^character varying", "varchar");
	}

	private static void query(Statement statement, String sql, RowReader reader) throws SQLException {
		try (ResultSet rows = statement.executeQuery(sql)) {
			while (rows.next()) {
				reader.read(rows);
			}
		}
	}

	<T extends SchemaObject> Stream<T> all(Class<T> type) {
		return this.objects.values().stream().filter(type::isInstance).map(type::cast);
	}

	boolean has(SchemaObject object) {
		return object.equals(this.objects.get(object.name()));
	}

	boolean hasTable(String table) {
		return this.objects.containsKey(new Table(table).name());
	}

	/** This catalog less some of its objects. */
	Catalog without(Set<String> names) {
		SortedMap<String, SchemaObject> rest = new TreeMap<>(this.objects);
		rest.keySet().removeAll(names);
		return new Catalog(rest);
	}

	/**
	 * Says in what another catalog is different, a line for each object.
	 */
	List<String> differencesTo(Catalog other) {
		List<String> differences = new ArrayList<>();
		for (Map.Entry<String, SchemaObject> entry : this.objects.entrySet()) {
			SchemaObject counterpart = other.objects.get(entry.getKey());
			if (counterpart == null) {
				differences.add("missing: " + entry.getValue().create());
			}
			else if (!counterpart.equals(entry.getValue())) {
				differences
					.add("different: %s, and not: %s".formatted(counterpart.create(), entry.getValue().create()));
			}
		}
		other.objects.forEach((name, object) -> {
			if (!this.objects.containsKey(name)) {
				differences.add("extra: " + object.create());
			}
		});
		return differences;
	}

	@FunctionalInterface
	private interface RowReader {

		void read(ResultSet row) throws SQLException;

	}

}
