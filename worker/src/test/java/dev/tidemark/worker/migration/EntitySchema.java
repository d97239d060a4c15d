package dev.tidemark.worker.migration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;

import dev.tidemark.worker.TidemarkWorker;
import dev.tidemark.worker.stack.DatabaseAddress;

/**
 * The schema as the entities describe it: Hibernate creates it with the worker's own
 * configuration, so that names and types are what they are in production.
 */
@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class })
@EntityScan(basePackageClasses = TidemarkWorker.class)
final class EntitySchema {

	/**
	 * Creates the schema in an empty database.
	 */
	static void create(DatabaseAddress database) {
		new SpringApplicationBuilder(EntitySchema.class).web(WebApplicationType.NONE)
			.run("--spring.datasource.url=" + database.jdbcUrl(), "--spring.datasource.username=" + database.user(),
					"--spring.datasource.password=" + database.password(),
					"--spring.jpa.hibernate.ddl-auto=create-only",
					"--spring.jpa.properties.hibernate.hbm2ddl.halt_on_error=true", "--logging.level.root=error")
			.close();
	}

}
