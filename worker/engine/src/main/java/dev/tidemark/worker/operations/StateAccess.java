package dev.tidemark.worker.operations;

import org.hibernate.SessionFactory;
import org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl;
import org.hibernate.cfg.Configuration;
import org.springframework.boot.hibernate.SpringImplicitNamingStrategy;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import dev.tidemark.worker.aggregate.AggregateReader;
import dev.tidemark.worker.aggregate.AggregateScan;
import dev.tidemark.worker.aggregate.Aggregates;
import dev.tidemark.worker.state.Tables;

/**
 * The aggregates as the worker has declared and mapped them, for the tools. Asks no
 * database.
 */
final class StateAccess implements AutoCloseable {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	StateAccess() {
		AggregateScan.register(this.context);
		this.context.register(Aggregates.class, AggregateReader.class, Tables.class);
		this.context.registerBean(SessionFactory.class, () -> mapping(this.context.getBean(Aggregates.class)));
		this.context.refresh();
	}

	/** Named as the worker names what it maps. */
	private static SessionFactory mapping(Aggregates aggregates) {
		Configuration configuration = new Configuration()
			.setProperty("hibernate.dialect", "org.hibernate.dialect.PostgreSQLDialect")
			.setProperty("hibernate.boot.allow_jdbc_metadata_access", false)
			.setPhysicalNamingStrategy(new PhysicalNamingStrategySnakeCaseImpl());
		configuration.setImplicitNamingStrategy(new SpringImplicitNamingStrategy());
		aggregates.entities().forEach(configuration::addAnnotatedClass);
		return configuration.buildSessionFactory();
	}

	AggregateReader aggregates() {
		return this.context.getBean(AggregateReader.class);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
