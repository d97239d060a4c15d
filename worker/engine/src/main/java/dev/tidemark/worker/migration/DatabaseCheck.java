package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * Whether a database can become Tidemark's, before anything is made in it. What is wrong
 * would otherwise show as an error in the middle of a migration, or much later.
 */
final class DatabaseCheck {

	/** The oldest release of PostgreSQL that its makers still mend. */
	static final int OLDEST_VERSION = 15;

	/**
	 * In any other encoding a database refuses some of what the contract lets senders
	 * write, or counts bytes for characters; and it cannot be changed.
	 */
	private static final String UTF8 = "UTF8";

	private DatabaseCheck() {
	}

	/**
	 * Says why neither a worker nor a migration can use a database.
	 * @param connection a connection to the database
	 * @return one line, or null if both can
	 */
	static @Nullable String objection(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("""
				select current_setting('server_version_num')::integer / 10000, current_setting('server_version'),
				  current_setting('server_encoding')""")) {
			return row.next() ? objection(row.getInt(1), row.getString(2), row.getString(3)) : null;
		}
	}

	/**
	 * Says what is wrong with a server's version, or a database's encoding.
	 * @param major the server's major version
	 * @param version the server's version, as people write it
	 * @param encoding the database's encoding, as PostgreSQL calls it
	 * @return one line, or null if both are good
	 */
	static @Nullable String objection(int major, String version, String encoding) {
		if (major < OLDEST_VERSION) {
			return "The server is PostgreSQL %s, and must be PostgreSQL %d or newer: older ones are not supported, by their makers neither"
				.formatted(version.split(" ", 2)[0], OLDEST_VERSION);
		}
		return UTF8.equals(encoding) ? null
				: "The database's encoding is %s, and must be UTF8, or it could not keep every text: make another one with 'create database … encoding UTF8 template template0'"
					.formatted(encoding);
	}

	/**
	 * Makes sure that a worker and a migration can use a database.
	 * @param connection a connection to the database
	 * @throws MigrationException if they cannot
	 */
	static void require(Connection connection) throws SQLException {
		String objection = objection(connection);
		if (objection != null) {
			throw new MigrationException(objection);
		}
	}

	/**
	 * Makes sure that a role can change the schema.
	 * @param connection a session of the role that migrates
	 * @throws MigrationException if the role lacks a right, or nobody can write there
	 */
	static void requireRights(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("""
				select current_user, current_schema(), current_setting('search_path'),
				  coalesce(has_schema_privilege(current_schema(), 'create'), false),
				  pg_is_in_recovery(), current_setting('transaction_read_only')::boolean,
				  (select pg_get_userbyid(relowner) from pg_class
				   where oid = to_regclass('databasechangelog') and not pg_has_role(relowner, 'usage'))""")) {
			String objection = row.next() ? rightsObjection(row) : null;
			if (objection != null) {
				throw new MigrationException(objection);
			}
		}
	}

	private static @Nullable String rightsObjection(ResultSet row) throws SQLException {
		String role = row.getString(1);
		String schema = row.getString(2);
		String owner = row.getString(7);
		if (row.getBoolean(5)) {
			return "The server is a standby, to which nobody can write: connect to the primary";
		}
		if (row.getBoolean(6)) {
			return "The role %s may only read (default_transaction_read_only): let it write, or migrate as another one"
				.formatted(role);
		}
		if (schema == null) {
			return "There is no schema that the role %s may use: none of its search_path (%s) exists, or it lacks usage"
				.formatted(role, row.getString(3));
		}
		if (owner != null) {
			return "The schema belongs to the role %s, and %s may not change it: migrate as its owner (DB_MIGRATION_USER)"
				.formatted(owner, role);
		}
		if (!row.getBoolean(4)) {
			return "The role %s may not create anything in the schema %s: grant it create, or migrate as the owner (DB_MIGRATION_USER)"
				.formatted(role, schema);
		}
		return null;
	}

}
