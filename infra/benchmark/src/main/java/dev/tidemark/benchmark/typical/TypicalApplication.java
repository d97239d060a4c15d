package dev.tidemark.benchmark.typical;

import java.util.Map;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * A Spring Boot application as the guides have it.
 */
@SpringBootApplication
public class TypicalApplication {

	/**
	 * Consumes until the process is asked to end.
	 * @param arguments none: the environment is the worker's
	 */
	public static void main(String[] arguments) {
		new SpringApplicationBuilder(TypicalApplication.class).web(WebApplicationType.NONE)
			.properties(Map.ofEntries(
					Map.entry("spring.datasource.url", "jdbc:postgresql://${DB_HOST}:${DB_PORT}/${DB_NAME}"),
					Map.entry("spring.datasource.username", "${DB_USER}"),
					Map.entry("spring.datasource.password", "${DB_PASS}"),
					// Tables of a team do not grow from empty within a minute. Until
					// statistics are gathered, plans would read these from end to end.
					Map.entry("spring.datasource.hikari.connection-init-sql", "set enable_seqscan = off"),
					Map.entry("spring.jpa.open-in-view", "false"),
					Map.entry("spring.kafka.bootstrap-servers", "${KAFKA_BOOTSTRAP_SERVERS}"),
					Map.entry("spring.kafka.consumer.group-id", "${TIDEMARK_GROUP_ID}"),
					Map.entry("spring.kafka.consumer.auto-offset-reset", "earliest"),
					Map.entry("spring.kafka.listener.concurrency", Runtime.getRuntime().availableProcessors()),
					Map.entry("spring.kafka.producer.acks", "all"), Map.entry("logging.level.root", "warn")))
			.run(arguments);
	}

}
