package dev.tidemark.worker.settings;

import java.sql.SQLException;

/**
 * The database can't be reached, or takes nobody in. The message says which, why, and
 * what to check, in one line.
 */
public final class NoConnectionException extends SQLException {

	private static final long serialVersionUID = 1L;

	NoConnectionException(String message, SQLException cause) {
		super(message, cause.getSQLState(), cause);
	}

}
