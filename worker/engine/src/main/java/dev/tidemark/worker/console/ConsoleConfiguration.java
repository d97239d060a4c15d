package dev.tidemark.worker.console;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

import dev.tidemark.worker.aggregate.AggregateReader;
import dev.tidemark.worker.deadletter.DeadLetters;
import dev.tidemark.worker.migration.SchemaCheck;
import dev.tidemark.worker.topics.TopicProperties;

/**
 * Everything that there is only where there is a console.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("tidemark.console.enabled")
@EnableConfigurationProperties(ConsoleProperties.class)
class ConsoleConfiguration {

	@Bean
	ConsoleDatabase consoleDatabase(DataSource worker, SchemaCheck schema, AggregateReader aggregates)
			throws SQLException {
		return new ConsoleDatabase(worker.unwrap(HikariDataSource.class), schema, aggregates);
	}

	@Bean
	ConsumerGroup consumerGroup(KafkaAdmin admin, ConsumerFactory<byte[], byte[]> consumers, TopicProperties topics) {
		return new ConsumerGroup(admin.getConfigurationProperties(),
				String.valueOf(consumers.getConfigurationProperties().get(ConsumerConfig.GROUP_ID_CONFIG)),
				topics.commands());
	}

	@Bean
	Overview consoleOverview(MeterRegistry meters, HealthEndpoint health, ConsumerGroup group, ConsoleDatabase database,
			ConsumerFactory<byte[], byte[]> consumers, TopicProperties topics, DeadLetters deadLetters) {
		return new Overview(hostName(), meters, health, group, database,
				new Rejections(consumers.getConfigurationProperties(), topics.commandRejections()), deadLetters);
	}

	@Bean
	RouterFunction<ServerResponse> consoleRoutes(Overview overview, ConsoleDatabase database, DeadLetters deadLetters) {
		return new ConsoleRoutes(overview, database, deadLetters).routes();
	}

	private static String hostName() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "this worker";
		}
	}

}
