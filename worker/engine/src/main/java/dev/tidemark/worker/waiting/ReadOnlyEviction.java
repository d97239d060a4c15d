package dev.tidemark.worker.waiting;

import java.sql.SQLException;

import com.zaxxer.hikari.SQLExceptionOverride;

/**
 * Has the pool let go of a connection to a node that has become read-only. After a
 * fail-over the connections to the old primary work, and would be used for ever; new ones
 * go where the address leads now.
 */
public final class ReadOnlyEviction implements SQLExceptionOverride {

	/** read_only_sql_transaction. */
	private static final String READ_ONLY = "25006";

	@java.lang.Override
	public SQLExceptionOverride.Override adjudicate(SQLException failure) {
		return READ_ONLY.equals(failure.getSQLState()) ? SQLExceptionOverride.Override.MUST_EVICT
				: SQLExceptionOverride.Override.CONTINUE_EVICT;
	}

}
