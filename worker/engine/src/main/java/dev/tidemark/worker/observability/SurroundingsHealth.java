package dev.tidemark.worker.observability;

import java.time.Instant;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * What readiness says of database, broker and schema: what was found last, in the words
 * of the runbook, and nothing that not everybody may read. Nothing is asked when it is
 * asked.
 */
@Configuration(proxyBeanMethods = false)
class SurroundingsHealth {

	@Bean
	HealthIndicator databaseHealthIndicator(WaitingRoom waitingRoom) {
		return () -> health(waitingRoom, Trouble.DATABASE_UNREACHABLE);
	}

	@Bean
	HealthIndicator schemaHealthIndicator(WaitingRoom waitingRoom) {
		return () -> health(waitingRoom, Trouble.SCHEMA_BEHIND);
	}

	@Bean
	HealthIndicator brokerHealthIndicator(WaitingRoom waitingRoom) {
		// To a producer, a topic that is missing looks like a broker that does not
		// answer.
		return () -> health(waitingRoom, Trouble.TOPICS_MISSING, Trouble.BROKER_UNREACHABLE);
	}

	private static Health health(WaitingRoom waitingRoom, Trouble... troubles) {
		for (Trouble trouble : troubles) {
			Instant since = waitingRoom.since(trouble);
			if (since != null) {
				return Health.outOfService().withDetail("reason", trouble).withDetail("since", since).build();
			}
		}
		return Health.up().build();
	}

}
