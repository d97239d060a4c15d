package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * An empty database that migrations can be tried in: one that is made beside the live one
 * and dropped in the end, or one that somebody has provided, which is left empty.
 */
final class ScratchDatabase implements AutoCloseable {

	private static final String PREFIX = "tidemark_lint_";

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private final Connection live;

	private final Connection connection;

	/** Null if it is somebody else's. */
	private final @Nullable String name;

	private ScratchDatabase(Connection live, Connection connection, @Nullable String name) {
		this.live = live;
		this.connection = connection;
		this.name = name;
	}

	/**
	 * Opens one.
	 * @param settings where to, and as whom
	 * @param live a session in the live database
	 * @throws UnavailableException if there is none to be had; says what to do
	 */
	static ScratchDatabase open(MigrationSettings settings, Connection live) throws SQLException {
		String url = settings.scratchUrl();
		return (url != null) ? given(settings, live, url) : made(settings, live);
	}

	private static ScratchDatabase given(MigrationSettings settings, Connection live, String url) throws SQLException {
		Connection connection;
		try {
			connection = settings.connectTo(url);
		}
		catch (SQLException ex) {
			throw new UnavailableException(
					"The scratch database (TIDEMARK_MIGRATION_SCRATCH_URL) can't be used: " + ex.getMessage(), ex);
		}
		ScratchDatabase scratch = new ScratchDatabase(live, connection, null);
		try {
			scratch.useSchema();
			if (!SchemaContents.of(connection).dropStatements().isEmpty()) {
				throw new UnavailableException(
						"The scratch database (TIDEMARK_MIGRATION_SCRATCH_URL) must be empty, and has tables or the like",
						null);
			}
			return scratch;
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	private static ScratchDatabase made(MigrationSettings settings, Connection live) throws SQLException {
		String name;
		try (Statement statement = live.createStatement()) {
			dropLeftovers(statement);
			name = PREFIX + text(statement, "select pg_backend_pid()");
			statement.execute("create database %s encoding UTF8 template template0".formatted(name));
		}
		catch (SQLException ex) {
			if (INSUFFICIENT_PRIVILEGE.equals(ex.getSQLState())) {
				throw new UnavailableException(
						"Migrations are tried in a database of their own, which the role %s may not create: grant it createdb, or name an empty database, on any server, in TIDEMARK_MIGRATION_SCRATCH_URL"
							.formatted(settings.username()),
						ex);
			}
			throw ex;
		}
		try {
			ScratchDatabase scratch = new ScratchDatabase(live, settings.connectTo(name), name);
			scratch.useSchema();
			return scratch;
		}
		catch (SQLException | RuntimeException ex) {
			drop(live, name);
			throw ex;
		}
	}

	/** Whoever was killed has left one; its name says whose session made it. */
	private static void dropLeftovers(Statement statement) throws SQLException {
		List<String> leftovers = new ArrayList<>();
		try (ResultSet rows = statement.executeQuery("""
				select datname from pg_database
				where starts_with(datname, '%s') and pg_has_role(datdba, 'usage')
				  and not exists (select from pg_stat_activity where pid::text = substr(datname, %d))"""
			.formatted(PREFIX, PREFIX.length() + 1))) {
			while (rows.next()) {
				leftovers.add(rows.getString(1));
			}
		}
		for (String leftover : leftovers) {
			statement.execute("drop database if exists %s with (force)".formatted(leftover));
		}
	}

	/** As in the live database, where a role may have a schema of its own. */
	private void useSchema() throws SQLException {
		try (Statement asking = this.live.createStatement(); Statement statement = this.connection.createStatement()) {
			String schema = text(asking, "select quote_ident(current_schema())");
			if (!schema.equals(text(statement, "select coalesce(quote_ident(current_schema()), '')"))) {
				statement.execute("create schema if not exists " + schema);
				statement.execute("set search_path = " + schema);
			}
		}
	}

	private static String text(Statement statement, String query) throws SQLException {
		try (ResultSet row = statement.executeQuery(query)) {
			row.next();
			return Objects.requireNonNullElse(row.getString(1), "public");
		}
	}

	Connection connection() {
		return this.connection;
	}

	private static void drop(Connection live, String name) throws SQLException {
		try (Statement statement = live.createStatement()) {
			statement.execute("drop database if exists %s with (force)".formatted(name));
		}
	}

	@Override
	public void close() throws SQLException {
		try (this.connection) {
			if (this.name == null) {
				try (Statement statement = this.connection.createStatement()) {
					for (String drop : SchemaContents.of(this.connection).dropStatements()) {
						statement.execute(drop);
					}
				}
			}
		}
		if (this.name != null) {
			drop(this.live, this.name);
		}
	}

	/**
	 * There is no database to try migrations in. The message says what to do.
	 */
	static final class UnavailableException extends MigrationException {

		private static final long serialVersionUID = 1L;

		UnavailableException(String message, @Nullable Throwable cause) {
			super(message, cause);
		}

	}

}
