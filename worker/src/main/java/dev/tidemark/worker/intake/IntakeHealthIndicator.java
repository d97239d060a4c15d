package dev.tidemark.worker.intake;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * Whether commands are being taken in: part of readiness, never of liveness, as a restart
 * makes no surroundings well.
 */
@Component
class IntakeHealthIndicator implements HealthIndicator {

	private final Intake intake;

	private final WaitingRoom waitingRoom;

	IntakeHealthIndicator(Intake intake, WaitingRoom waitingRoom) {
		this.intake = intake;
		this.waitingRoom = waitingRoom;
	}

	@Override
	public Health health() {
		for (Waiting.Illness illness : this.waitingRoom.illnesses()) {
			return Health.outOfService()
				.withDetail("waitingSince", illness.since())
				.withDetail("waitingFor", illness.reason())
				.build();
		}
		return this.intake.isRunning() ? Health.up().build()
				: Health.outOfService().withDetail("waitingFor", "the start").build();
	}

}
