package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * In which encoding a database keeps texts. In any but UTF8 it refuses some of what the
 * contract lets senders write, or counts bytes for characters; and it cannot be changed.
 */
final class DatabaseEncoding {

	private static final String UTF8 = "UTF8";

	private DatabaseEncoding() {
	}

	/**
	 * Says what is wrong with a database's encoding.
	 * @param connection a connection to the database
	 * @return one line, or null if it is as it must be
	 */
	static @Nullable String objection(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select current_setting('server_encoding')")) {
			String encoding = row.next() ? row.getString(1) : "unknown";
			return UTF8.equals(encoding) ? null
					: "The database's encoding is %s, and must be UTF8, or it could not keep every text: make another one with 'create database … encoding UTF8 template template0'"
						.formatted(encoding);
		}
	}

	/**
	 * Makes sure that a database keeps every text, before anything is made in it.
	 * @param connection a connection to the database
	 * @throws MigrationException if it does not
	 */
	static void require(Connection connection) throws SQLException {
		String objection = objection(connection);
		if (objection != null) {
			throw new MigrationException(objection);
		}
	}

}
