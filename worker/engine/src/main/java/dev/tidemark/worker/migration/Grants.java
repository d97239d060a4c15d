package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * What the worker's role may do: read and write rows, look at the history, and nothing
 * else.
 */
final class Grants {

	private Grants() {
	}

	/**
	 * Returns the statement that grants a role what it needs on whatever the owner owns
	 * in the schema at that moment, and takes away what it does not need.
	 * @param connection a session of the owner
	 * @param role the worker's role
	 * @return the statement, or null if the role is the owner itself
	 * @throws MigrationException if there is no such role
	 */
	static @Nullable String statement(Connection connection, String role) throws SQLException {
		try (PreparedStatement query = connection.prepareStatement("""
				select ?::name = current_user, exists (select from pg_roles where rolname = ?::name)""")) {
			query.setString(1, role);
			query.setString(2, role);
			try (ResultSet row = query.executeQuery()) {
				row.next();
				if (row.getBoolean(1)) {
					return null;
				}
				if (!row.getBoolean(2)) {
					throw new MigrationException(
							"There is no role %s for the worker (DB_USER): create it before the first migration"
								.formatted(role));
				}
			}
		}
		return """
				do $grants$
				declare
				  worker constant name := %s;
				  owned record;
				begin
				  if not has_schema_privilege(worker, current_schema(), 'usage') then
				    execute format('grant usage on schema %%I to %%I', current_schema(), worker);
				  end if;
				  for owned in
				    select c.oid::regclass as name, c.relkind as kind, c.relname = 'databasechangelog' as is_history
				    from pg_class c
				    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
				      and pg_has_role(c.relowner, 'usage')
				  loop
				    execute format('revoke all on %%s from %%I', owned.name, worker);
				    execute format('grant %%s on %%s %%s to %%I',
				      case
				        when owned.kind = 'S' then 'usage, select'
				        when owned.is_history or owned.kind in ('v', 'm') then 'select'
				        else 'select, insert, update, delete'
				      end,
				      case owned.kind when 'S' then 'sequence' else 'table' end, owned.name, worker);
				  end loop;
				end
				$grants$""".formatted(Sql.literal(role));
	}

}
