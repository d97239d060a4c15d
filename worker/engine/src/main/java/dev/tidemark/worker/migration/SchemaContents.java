package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What is in the schema, whoever put it there; without what belongs to an extension, or
 * to an identity column.
 *
 * @param tables the tables, with about how many rows each
 * @param dropStatements what drops all of it
 */
record SchemaContents(List<String> tables, List<String> dropStatements) {

	static SchemaContents of(Connection connection) throws SQLException {
		List<String> tables = new ArrayList<>();
		List<String> dropStatements = new ArrayList<>();
		try (Statement statement = connection.createStatement()) {
			try (ResultSet rows = statement.executeQuery("""
					select relid::regclass::text, n_live_tup from pg_stat_user_tables
					where schemaname = current_schema() order by 1""")) {
				while (rows.next()) {
					tables.add("%s, about %d rows".formatted(rows.getString(1), rows.getLong(2)));
				}
			}
			try (ResultSet rows = statement.executeQuery(
					"""
							with droppable (oid, class, place, statement) as (
							  select oid, 'pg_class'::regclass, 1, format('drop %s if exists %s cascade',
							    case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
							      when 'f' then 'foreign table' else 'table' end, oid::regclass)
							  from pg_class
							  where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S', 'f')
							  union all
							  select oid, 'pg_proc'::regclass, 2, format('drop routine if exists %s cascade', oid::regprocedure)
							  from pg_proc
							  where pronamespace = current_schema()::regnamespace
							  union all
							  select oid, 'pg_type'::regclass, 3, format('drop type if exists %s cascade', oid::regtype)
							  from pg_type t
							  where typnamespace = current_schema()::regnamespace and (typtype in ('e', 'd', 'r') or typtype = 'c'
							    and exists (select from pg_class where oid = t.typrelid and relkind = 'c'))
							)
							select statement from droppable
							where not exists (select from pg_depend
							  where classid = droppable.class and objid = droppable.oid and deptype in ('e', 'i'))
							order by place, statement""")) {
				while (rows.next()) {
					dropStatements.add(rows.getString(1));
				}
			}
		}
		return new SchemaContents(List.copyOf(tables), List.copyOf(dropStatements));
	}

	/**
	 * Tells a person what dropping it would destroy.
	 * @param url where it is; what may hold a password is not repeated
	 */
	String describe(String url) {
		String database = url.split("\\?", 2)[0];
		if (this.dropStatements.isEmpty()) {
			return "Nothing would be destroyed: the schema of %s is empty".formatted(database);
		}
		StringBuilder text = new StringBuilder("This would be destroyed in %s:".formatted(database));
		this.tables.forEach((table) -> text.append(System.lineSeparator()).append("  ").append(table));
		int others = this.dropStatements.size() - this.tables.size();
		if (others > 0) {
			text.append(System.lineSeparator()).append("  %d views, sequences, functions and types".formatted(others));
		}
		return text.toString();
	}

}
