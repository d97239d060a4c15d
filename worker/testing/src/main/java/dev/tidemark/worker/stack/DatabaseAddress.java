package dev.tidemark.worker.stack;

import java.sql.Connection;
import java.sql.SQLException;

import org.postgresql.ds.PGSimpleDataSource;

import dev.tidemark.worker.settings.SessionTimeZone;

/**
 * Where a database is, and who may enter it.
 *
 * @param host the server's host
 * @param port the server's port, which outlives a restart
 * @param name the database
 * @param user the role
 * @param password the role's password
 */
public record DatabaseAddress(String host, int port, String name, String user, String password) {

	/**
	 * Returns the address as pgjdbc wants it, without the role.
	 * @return the JDBC URL
	 */
	public String jdbcUrl() {
		return "jdbc:postgresql://%s:%d/%s".formatted(this.host, this.port, this.name);
	}

	/**
	 * Opens a connection.
	 * @return the connection, in auto-commit
	 * @throws SQLException if the server is down or refuses
	 */
	public Connection connect() throws SQLException {
		return dataSource().getConnection();
	}

	/**
	 * Returns a source of connections, without a pool.
	 * @return a new data source
	 */
	public PGSimpleDataSource dataSource() {
		SessionTimeZone.pin();
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(jdbcUrl());
		dataSource.setUser(this.user);
		dataSource.setPassword(this.password);
		dataSource.setConnectTimeout(5);
		return dataSource;
	}

}
