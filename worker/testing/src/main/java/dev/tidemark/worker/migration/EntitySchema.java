package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScanPackages;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.Worker;
import dev.tidemark.worker.settings.WorkerEnvironment;
import dev.tidemark.worker.stack.DatabaseAddress;

/**
 * The schema as the entities describe it: Hibernate creates it with the worker's own
 * configuration, so that names and types are what they are in production. Which texts are
 * keys, which Hibernate gives no collation of their own, follows from what it makes.
 */
@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class })
final class EntitySchema {

	/**
	 * Creates the schema in an empty database.
	 */
	static void create(DatabaseAddress database) throws SQLException {
		new SpringApplicationBuilder(EntitySchema.class).web(WebApplicationType.NONE)
			.properties(WorkerEnvironment.DEFAULTS)
			.initializers((context) -> EntityScanPackages.register((BeanDefinitionRegistry) context.getBeanFactory(),
					packages()))
			.run("--spring.datasource.url=" + database.jdbcUrl(), "--spring.datasource.username=" + database.user(),
					"--spring.datasource.password=" + database.password(),
					"--spring.jpa.hibernate.ddl-auto=create-only",
					"--spring.jpa.properties.hibernate.hbm2ddl.halt_on_error=true", "--logging.level.root=error")
			.close();
		try (Connection connection = database.connect()) {
			KeyCollation.apply(connection);
		}
	}

	/** The engine's, and those of the applications. */
	private static List<String> packages() {
		return Stream
			.concat(Stream.of(Worker.class.getPackageName()),
					Catalogue.installedBy().stream().map(Class::getPackageName))
			.distinct()
			.toList();
	}

}
