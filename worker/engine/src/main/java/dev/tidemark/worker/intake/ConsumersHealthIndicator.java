package dev.tidemark.worker.intake;

import java.util.List;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether every consumer that is to run does, and polls: part of liveness, as a restart
 * mends what has got stuck. What it waits for has no part in it: a consumer that waits
 * goes on polling.
 */
@Component
class ConsumersHealthIndicator implements HealthIndicator {

	private final Intake intake;

	ConsumersHealthIndicator(Intake intake) {
		this.intake = intake;
	}

	@Override
	public Health health() {
		List<String> stalled = this.intake.stalled();
		return stalled.isEmpty() ? Health.up().build()
				: Health.down().withDetail("reason", "CONSUMER_STALLED").withDetail("consumers", stalled).build();
	}

}
