package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Has keys compared byte by byte. Nobody asks in which order keys are; but an index on
 * text in the database's collation is ordered by the C library, and an update of that
 * library changes the order under the index: then keys are not found, or are there twice.
 */
final class KeyCollation {

	/**
	 * Keys are what no two rows have the same, and what refers to another row. In the
	 * engine's own tables, names and keys are of limited length, and words for people are
	 * not.
	 */
	private static final String COLLATE_KEYS = """
			do $collate$
			declare
			  keys record;
			begin
			  for keys in
			    select c.oid::regclass as name, a.attname as member, format_type(a.atttypid, a.atttypmod) as type
			    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
			    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
			      and a.attcollation = '"default"'::regcollation
			      and (exists (select from pg_index i
			          where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey))
			        or exists (select from pg_constraint k
			          where k.contype = 'f' and (k.conrelid = c.oid and a.attnum = any (k.conkey)
			            or k.confrelid = c.oid and a.attnum = any (k.confkey)))
			        or c.relname in ('command_log', 'deferred_command', 'intake_position')
			          and a.atttypid = 'varchar'::regtype)
			  loop
			    execute format('alter table %s alter column %I type %s collate "C"', keys.name, keys.member, keys.type);
			  end loop;
			end
			$collate$""";

	private KeyCollation() {
	}

	/**
	 * Gives each text of the current schema that is a key the collation {@code "C"},
	 * unless it has one of its own.
	 * @param connection a session of the schema's owner
	 */
	static void apply(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(COLLATE_KEYS);
		}
	}

}
