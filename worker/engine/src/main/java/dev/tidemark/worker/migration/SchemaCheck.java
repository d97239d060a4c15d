package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Answers whether the worker's database has the schema that the worker was built for. The
 * migrations are read once, and each answer costs one query.
 */
@Component
public class SchemaCheck {

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private final DataSource dataSource;

	private final Changelog changelog;

	/**
	 * A database never has another encoding than the one it was made with, nor an older
	 * server.
	 */
	private volatile boolean databaseIsGood;

	@Autowired
	SchemaCheck(DataSource dataSource) {
		this(dataSource, Changelog.ofThisWorker());
	}

	SchemaCheck(DataSource dataSource, Changelog changelog) {
		this.dataSource = dataSource;
		this.changelog = changelog;
	}

	/**
	 * Makes sure that the worker can work with the schema. A schema that is newer and has
	 * only been added to will do, so that the previous release can run, and be started,
	 * while the next one is rolled out.
	 * @throws SchemaMismatchException if the schema is behind, newer in a way that this
	 * worker does not know, or made by other files than this worker's; or if the database
	 * cannot keep every text, or its server is too old
	 * @throws SQLException if the database does not answer: ask again later
	 */
	public void verify() throws SQLException {
		String objection = objection();
		if (objection != null) {
			throw new SchemaMismatchException(objection);
		}
	}

	/**
	 * Tells where the schema stands.
	 * @param connection a connection to the worker's database
	 * @return what ran last, what is pending, and whether this worker can work with it
	 * @throws SQLException if the database does not answer, or refuses
	 */
	public SchemaStanding standing(Connection connection) throws SQLException {
		SchemaState state = new SchemaState(this.changelog, AppliedMigration.history(connection));
		AppliedMigration current = state.current();
		return new SchemaStanding((current != null) ? current.id() : null,
				(current != null) ? current.at().toInstant(ZoneOffset.UTC) : null,
				state.pending().stream().map(Migration::id).toList(), state.objection());
	}

	@Nullable String objection() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			String objection = this.databaseIsGood ? null : DatabaseCheck.objection(connection);
			if (objection != null) {
				return objection;
			}
			this.databaseIsGood = true;
			return new SchemaState(this.changelog, AppliedMigration.history(connection)).objection();
		}
		catch (SQLException ex) {
			if (INSUFFICIENT_PRIVILEGE.equals(ex.getSQLState())) {
				return "The worker's role may not read the schema's history (%s); run 'migrate upgrade' as the owner"
					.formatted(ex.getMessage());
			}
			throw ex;
		}
	}

}
