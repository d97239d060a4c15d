package dev.tidemark.worker.intake;

import java.time.Instant;
import java.util.List;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * Whether commands are being taken in: all consumers have joined their group, and nothing
 * of the worker's own keeps them from going on. Part of readiness, never of liveness, as
 * a restart makes none of it well.
 */
@Component
class IntakeHealthIndicator implements HealthIndicator {

	private static final List<Trouble> OWN = List.of(Trouble.TOO_MANY_DEAD_LETTERS, Trouble.PARTITION_UNREADABLE,
			Trouble.OUT_OF_STEP, Trouble.EVENT_TOO_LARGE, Trouble.UNEXPECTED_FAILURE);

	private final Intake intake;

	private final WaitingRoom waitingRoom;

	IntakeHealthIndicator(Intake intake, WaitingRoom waitingRoom) {
		this.intake = intake;
		this.waitingRoom = waitingRoom;
	}

	@Override
	public Health health() {
		for (Trouble trouble : OWN) {
			Instant since = this.waitingRoom.since(trouble);
			if (since != null) {
				Health.Builder health = Health.outOfService().withDetail("reason", trouble).withDetail("since", since);
				List<Coordinates> aside = this.intake.aside(trouble);
				if (!aside.isEmpty()) {
					health.withDetail("partitions", aside.stream().map(Coordinates::toString).toList());
				}
				return health.build();
			}
		}
		return this.intake.hasJoined() ? Health.up().build()
				: Health.outOfService().withDetail("reason", "CONSUMERS_STARTING").build();
	}

}
