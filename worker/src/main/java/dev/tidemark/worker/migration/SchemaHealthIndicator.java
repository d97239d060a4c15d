package dev.tidemark.worker.migration;

import java.sql.SQLException;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Notices a schema that was changed under the running worker, with one cheap query: out
 * of service when the worker can't work with it, down when the database does not answer.
 */
@Component
class SchemaHealthIndicator extends AbstractHealthIndicator {

	private final SchemaCheck schemaCheck;

	SchemaHealthIndicator(SchemaCheck schemaCheck) {
		super("The schema can't be checked");
		this.schemaCheck = schemaCheck;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws SQLException {
		String objection = this.schemaCheck.objection();
		if (objection == null) {
			builder.up();
		}
		else {
			builder.outOfService().withDetail("reason", objection);
		}
	}

}
