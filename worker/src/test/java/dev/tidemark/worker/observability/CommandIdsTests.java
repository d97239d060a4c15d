package dev.tidemark.worker.observability;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.opentelemetry.api.trace.Span;
import org.junit.jupiter.api.Test;

import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.observability.CommandIds.Step;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is published again carries the same ids.
 */
class CommandIdsTests {

	private static final UUID COMMAND = UUID.fromString("8c0a6dd0-1f9b-4d0c-9a9a-6a3f4f1d2b10");

	private static final Coordinates RECORD = new Coordinates("task.commands", 3, 17);

	@Test
	void idsAreTheSameForTheSameStepOfTheSameRecord() {
		assertThat(ids(COMMAND, RECORD, Step.RECEIVED)).isEqualTo(ids(COMMAND, RECORD, Step.RECEIVED))
			.matches("[0-9a-f]{32} [0-9a-f]{16}");
	}

	@Test
	void idsDifferInWhateverDiffers() {
		List<String> ids = List.of(ids(COMMAND, RECORD, Step.RECEIVED), ids(COMMAND, RECORD, Step.TAKEN_UP),
				ids(UUID.randomUUID(), RECORD, Step.RECEIVED),
				ids(COMMAND, new Coordinates("task.commands", 3, 18), Step.RECEIVED));
		Set<String> parts = new HashSet<>();
		ids.forEach((both) -> parts.addAll(List.of(both.split(" "))));
		assertThat(parts).hasSize(2 * ids.size());
	}

	private static String ids(UUID commandId, Coordinates coordinates, Step step) {
		CommandIds generator = new CommandIds();
		String[] generated = new String[1];
		CommandIds.chosenFor(commandId, coordinates, step, () -> {
			generated[0] = generator.generateTraceId() + " " + generator.generateSpanId();
			return Span.getInvalid();
		});
		return generated[0];
	}

}
