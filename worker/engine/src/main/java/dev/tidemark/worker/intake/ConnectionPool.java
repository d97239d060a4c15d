package dev.tidemark.worker.intake;

import java.sql.SQLException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import org.springframework.stereotype.Component;

/**
 * The pool of connections to the database, which is as large as the consumers need it.
 */
@Component
class ConnectionPool {

	/**
	 * The sweep of deferred commands, the purge of the log and the check of the database
	 * need one each.
	 */
	private static final int OTHERS = 3;

	private final HikariConfigMXBean pool;

	ConnectionPool(DataSource dataSource) throws SQLException {
		this.pool = dataSource.unwrap(HikariDataSource.class).getHikariConfigMXBean();
	}

	/**
	 * Has a connection for each consumer, so that none waits for another's. What is
	 * configured is the least.
	 */
	void fit(int consumers) {
		int size = Math.max(this.pool.getMaximumPoolSize(), consumers + OTHERS);
		this.pool.setMaximumPoolSize(size);
		this.pool.setMinimumIdle(size);
	}

}
