package dev.tidemark.worker.deferral;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.test.util.ReflectionTestUtils;

import dev.tidemark.contracts.TaskCommand;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.reading.Readers;

/**
 * Queues of waiting commands as if they had been loaded from a table.
 */
public final class StoredQueues {

	/** When the stored commands arrived. */
	public static final Instant ARRIVED = Instant.parse("2026-11-20T10:00:00Z");

	private final List<DeferredCommand> loaded = new ArrayList<>();

	private final Map<UUID, Integer> lastPositions = new HashMap<>();

	private Instant expiredBefore = Instant.MIN;

	/**
	 * Adds a command to the end of its task's queue.
	 * @param received the command
	 * @param waitsFor the absent user; null for one that waits behind others
	 * @return these queues
	 */
	public StoredQueues with(ReceivedCommand received, @Nullable String waitsFor) {
		TaskCommand command = (TaskCommand) received.command();
		int position = this.lastPositions.merge(command.taskId(), 1, Integer::sum);
		DeferredCommand deferred = new DeferredCommand(received, command, position, waitsFor);
		ReflectionTestUtils.setField(deferred, "arrivedAt", ARRIVED);
		this.loaded.add(deferred);
		return this;
	}

	/**
	 * Adds a command to the end of its task's queue that is not loaded, only known to be
	 * there.
	 * @param taskId the task's key
	 * @return these queues
	 */
	public StoredQueues withOneMore(UUID taskId) {
		this.lastPositions.merge(taskId, 1, Integer::sum);
		return this;
	}

	/**
	 * Says that a resume has discarded the last that was added.
	 * @param resumeId the resume's command id
	 * @return these queues
	 */
	public StoredQueues discardedBy(UUID resumeId) {
		this.loaded.getLast().discard(resumeId, "fails alone: SQLSTATE 23514");
		return this;
	}

	/**
	 * Says since when commands have waited for too long.
	 * @param time the time; they arrived at {@link #ARRIVED}
	 * @return these queues
	 */
	public StoredQueues expiredBefore(Instant time) {
		this.expiredBefore = time;
		return this;
	}

	/**
	 * Loads them.
	 * @return the queues, to be worked on
	 */
	public DeferralBatch load() {
		return new DeferralBatch(this.lastPositions, this.loaded, Readers.reader(), this.expiredBefore);
	}

	/**
	 * Returns who loads queues.
	 * @return the queues in the database
	 */
	public static Deferrals table() {
		return new Deferrals(Readers.reader(), new DeferralProperties(Duration.ofMinutes(5), Duration.ofSeconds(5)));
	}

	/**
	 * Returns what is needed to write waiting commands.
	 * @return the type of the entity
	 */
	public static Class<?> entity() {
		return DeferredCommand.class;
	}

}
