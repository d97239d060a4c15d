package dev.tidemark.benchmark;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.postgresql.ds.PGSimpleDataSource;

import dev.tidemark.worker.stack.Tenant;

/**
 * Tables that have grown for years: tasks, and twice as many commands in the log.
 */
final class Prefill {

	private Prefill() {
	}

	static void of(Servers servers, Tenant tenant, int tasks) {
		if (tasks == 0) {
			return;
		}
		PGSimpleDataSource database = servers.stack().database().dataSource();
		database.setDatabaseName(tenant.database().name());
		try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
			// Rows that are right by construction need no look at each one's user.
			statement.execute("set session_replication_role = replica");
			statement.execute("""
					insert into tasks
					select md5('task-' || i)::uuid, '%s', null, 'pending', '%s', timestamptz '%s', timestamptz '%s', 1
					from generate_series(0, %d) i
					""".formatted(ExpectedTask.PREFILLED_TITLE, Workload.username(0), Workload.EPOCH, Workload.EPOCH,
					tasks - 1));
			statement.execute(
					"""
							insert into command_log (command_id, topic, partition, record_offset, type, key, commanded_at, outcome,
								version)
							select md5('command-' || i)::uuid, '%s', i %% %d, i / %d, 'dev.tidemark.task.update.v1',
								md5('task-' || i / 2)::uuid::text, timestamptz '%s', 'applied', 1 + i %% 2
							from generate_series(0, %d) i
							"""
						.formatted(tenant.topics().taskCommands(), Trial.PARTITIONS, Trial.PARTITIONS, Workload.EPOCH,
								2L * tasks - 1));
			statement.execute("vacuum analyze");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
