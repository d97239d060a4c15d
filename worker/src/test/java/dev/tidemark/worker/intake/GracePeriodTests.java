package dev.tidemark.worker.intake;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;

import dev.tidemark.worker.infra.Overlay;
import dev.tidemark.worker.settings.WorkerEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kubernetes does not kill a worker that is about to finish.
 */
class GracePeriodTests {

	static Stream<Overlay> overlays() {
		return Overlay.all();
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void isLongerThanTheWorkerTakesToStop(Overlay overlay) {
		ConfigurableEnvironment environment = WorkerEnvironment.read(List.of()).environment();
		environment.getPropertySources().addFirst(overlay.environment());
		Binder worker = Binder.get(environment);
		Duration polls = worker.bindOrCreate("tidemark", IntakeProperties.class).stopWithin();
		// After the polls in hand, a scrape that is under way.
		Duration requests = worker.bindOrCreate("spring.lifecycle", LifecycleProperties.class)
			.getTimeoutPerShutdownPhase();
		long grace = overlay.worker().at("/spec/template/spec/terminationGracePeriodSeconds").asLong();
		assertThat(Duration.ofSeconds(grace)).isGreaterThan(polls.plus(requests));
	}

}
