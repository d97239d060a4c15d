package dev.tidemark.worker.observability;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import dev.tidemark.worker.topics.FoundTopics;
import dev.tidemark.worker.topics.TopicLimits;
import dev.tidemark.worker.waiting.WaitingRooms;

/**
 * Meters and traces for those who must have some.
 */
public final class Meters {

	private Meters() {
	}

	/**
	 * Returns meters that nobody reads.
	 * @return the meters
	 */
	public static WorkerMeters unread() {
		return new WorkerMeters(new SimpleMeterRegistry(), WaitingRooms.empty(), FoundTopics.names(),
				new TopicLimits());
	}

	/**
	 * Returns traces that are switched off.
	 * @return the traces
	 */
	public static CommandTraces noTraces() {
		return new CommandTraces(new TraceProperties(false));
	}

}
