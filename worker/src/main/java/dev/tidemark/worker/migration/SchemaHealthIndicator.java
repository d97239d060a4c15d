package dev.tidemark.worker.migration;

import java.sql.SQLException;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Notices a schema that was changed under the running worker, with one cheap query: out
 * of service when the worker can't work with it, down when the database does not answer.
 * The log is left alone, as probes come every few seconds.
 */
@Component
class SchemaHealthIndicator implements HealthIndicator {

	private final SchemaCheck schemaCheck;

	SchemaHealthIndicator(SchemaCheck schemaCheck) {
		this.schemaCheck = schemaCheck;
	}

	@Override
	public Health health() {
		try {
			String objection = this.schemaCheck.objection();
			return (objection == null) ? Health.up().build()
					: Health.outOfService().withDetail("reason", objection).build();
		}
		catch (SQLException ex) {
			return Health.down(ex).build();
		}
	}

}
