package dev.tidemark.benchmark;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.postgresql.ds.PGSimpleDataSource;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Tenant;

/**
 * Tables that have grown for years: tasks, and twice as many commands in the log, if it
 * has not forgotten them.
 */
final class Prefill {

	private Prefill() {
	}

	static void of(Servers servers, Tenant tenant, Shape shape) {
		if (shape.prefilled() == 0) {
			return;
		}
		Keys keys = shape.keys();
		PGSimpleDataSource database = servers.stack().database().dataSource();
		database.setDatabaseName(tenant.database().name());
		try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
			// Rows that are right by construction need no look at each one's user.
			statement.execute("set session_replication_role = replica");
			statement.execute("""
					insert into tasks
					select %s, '%s', null, 'pending', '%s', timestamptz '%s', timestamptz '%s', 1
					from generate_series(0, %d) i
					""".formatted(keys.taskSql("i"), ExpectedTask.PREFILLED_TITLE, Workload.username(0), Workload.EPOCH,
					Workload.EPOCH, shape.prefilled() - 1));
			if (shape.logged()) {
				statement.execute(log(tenant, shape));
			}
			statement.execute("vacuum analyze");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String log(Tenant tenant, Shape shape) {
		Keys keys = shape.keys();
		return """
				insert into command_log (command_id, topic, partition, record_offset, type, key, fingerprint,
					commanded_at, outcome, version)
				select %s, '%s', i %% %d, i / %d, 'dev.tidemark.task.update.v1', (%s)::text, 0, timestamptz '%s', 'applied',
					1 + i %% 2
				from generate_series(0, %d) i
				"""
			.formatted(keys.prefilledCommandSql("i"), tenant.topics().commands(Tasks.TYPE), Trial.PARTITIONS,
					Trial.PARTITIONS, keys.taskSql("i / 2"), Workload.EPOCH, 2L * shape.prefilled() - 1);
	}

}
