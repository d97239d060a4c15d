package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A line of the database's history.
 *
 * @param id the migration's id
 * @param at when it was applied, in UTC
 * @param checksum the checksum of its file at that time; null if nobody minds
 * @param tag the name of the schema as it was then, if it has one
 * @param labels what the file's label was
 * @param comment what the file said it was about
 */
record AppliedMigration(String id, LocalDateTime at, @Nullable String checksum, @Nullable String tag,
		@Nullable String labels, @Nullable String comment) {

	/**
	 * The statement that makes the history, unless there is one: a table just as
	 * Liquibase's own.
	 */
	static final String CREATE_HISTORY = """
			create table if not exists databasechangelog (
			  id varchar(255) not null,
			  author varchar(255) not null,
			  filename varchar(255) not null,
			  dateexecuted timestamp not null,
			  orderexecuted integer not null,
			  exectype varchar(10) not null,
			  md5sum varchar(35),
			  description varchar(255),
			  comments varchar(255),
			  tag varchar(255),
			  liquibase varchar(20),
			  contexts varchar(255),
			  labels varchar(255),
			  deployment_id varchar(10)
			)""";

	private static final String UNDEFINED_TABLE = "42P01";

	/**
	 * Reads the history with one query that changes nothing and works for whoever may
	 * read it.
	 * @param connection a connection; if it is in a transaction, that is over when there
	 * is no history yet
	 * @return the lines in the order in which they were applied
	 */
	static List<AppliedMigration> history(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("""
				select id, dateexecuted, md5sum, tag, labels, comments
				from databasechangelog
				order by orderexecuted""")) {
			List<AppliedMigration> history = new ArrayList<>();
			while (rows.next()) {
				history.add(new AppliedMigration(rows.getString("id"),
						rows.getObject("dateexecuted", LocalDateTime.class), rows.getString("md5sum"),
						rows.getString("tag"), rows.getString("labels"), rows.getString("comments")));
			}
			return history;
		}
		catch (SQLException ex) {
			if (UNDEFINED_TABLE.equals(ex.getSQLState())) {
				return List.of();
			}
			throw ex;
		}
	}

	/** The statement that takes a migration out of the history. */
	static String forgetStatement(String id) {
		return "delete from databasechangelog where id = " + Sql.literal(id);
	}

	/** Tells whether a worker that lacks the file can work with what it did. */
	boolean onlyAdds() {
		return Impact.EXPAND.label().equals(this.labels);
	}

	@Override
	public String toString() {
		return this.id;
	}

}
