package dev.tidemark.worker.observability;

import java.util.Set;

import io.micrometer.core.instrument.config.MeterFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Keeps few of the Kafka clients' some hundred metrics: those that say what the worker's
 * own don't.
 */
@Configuration(proxyBeanMethods = false)
class MeterSelection {

	private static final Set<String> KEPT = Set.of("kafka.consumer.coordinator.rebalance.total",
			"kafka.consumer.coordinator.failed.rebalance.total",
			"kafka.consumer.coordinator.last.heartbeat.seconds.ago", "kafka.consumer.last.poll.seconds.ago",
			"kafka.consumer.fetch.manager.bytes.consumed.total", "kafka.consumer.connection.count");

	@Bean
	MeterFilter kafkaMeterFilter() {
		return MeterFilter.deny((id) -> id.getName().startsWith("kafka.") && !KEPT.contains(id.getName()));
	}

}
