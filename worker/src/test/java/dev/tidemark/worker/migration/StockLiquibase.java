package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.util.List;
import java.util.Map;

import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.changelog.ChangeSet;
import liquibase.database.jvm.JdbcConnection;
import liquibase.integration.spring.SpringResourceAccessor;
import liquibase.logging.core.NoOpLogService;
import org.springframework.core.io.DefaultResourceLoader;

/**
 * Liquibase as it comes, to see whether it understands what was done with its tables.
 */
final class StockLiquibase {

	private StockLiquibase() {
	}

	/**
	 * What Liquibase itself would run, having found the files and the history in order.
	 */
	static List<String> unrun(Connection connection) throws Exception {
		return Scope.child(
				Map.of("liquibase.analytics.enabled", false, Scope.Attr.logService.name(), new NoOpLogService()),
				() -> {
					Liquibase liquibase = new Liquibase(Changelog.FILE,
							new SpringResourceAccessor(new DefaultResourceLoader()), new JdbcConnection(connection));
					liquibase.validate();
					return liquibase.listUnrunChangeSets(new Contexts(), new LabelExpression())
						.stream()
						.map(ChangeSet::getId)
						.toList();
				});
	}

}
