package dev.tidemark.worker.state;

import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.Test;

import dev.tidemark.entities.Dependent;
import dev.tidemark.entities.Sample;
import dev.tidemark.entities.Unsupported;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What can't be read and written is found at the start, and named.
 */
class MappingTests {

	@Test
	void everySupportedTypePasses() {
		try (SessionFactory sessions = of(Sample.class)) {
			assertThatNoException().isThrownBy(new Tables(sessions)::verify);
		}
	}

	@Test
	void eachAttributeInTheWayIsNamed() {
		try (SessionFactory sessions = of(Unsupported.class, Sample.class, Dependent.class)) {
			assertThatExceptionOfType(UnsupportedMappingException.class).isThrownBy(new Tables(sessions)::verify)
				.withMessageContaining("Unsupported.opensAt has the SQL type TIME")
				.withMessageContaining("Dependent.sample can't be written");
		}
	}

	/** Without a database. */
	private static SessionFactory of(Class<?>... entities) {
		Configuration configuration = new Configuration()
			.setProperty("hibernate.dialect", "org.hibernate.dialect.PostgreSQLDialect")
			.setProperty("hibernate.boot.allow_jdbc_metadata_access", "false");
		for (Class<?> entity : entities) {
			configuration.addAnnotatedClass(entity);
		}
		return configuration.buildSessionFactory();
	}

}
