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

import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.aggregate.StoredAggregates;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.reading.Readers;
import dev.tidemark.worker.state.Tables;

/**
 * Queues of waiting commands as if they had been loaded from a table.
 */
public final class StoredQueues {

	/** When the stored commands arrived. */
	public static final Instant ARRIVED = Instant.parse("2026-11-20T10:00:00Z");

	private final List<DeferredCommand> loaded = new ArrayList<>();

	private final Map<AggregateKey, Integer> lastPositions = new HashMap<>();

	private Instant expiredBefore = Instant.MIN;

	/**
	 * Adds a command to the end of its aggregate's queue.
	 * @param received the command
	 * @param waitsFor the absent user; null for one that waits behind others
	 * @return these queues
	 */
	public StoredQueues with(ReceivedCommand received, @Nullable String waitsFor) {
		int position = this.lastPositions.merge(AggregateKey.of(received.command()), 1, Integer::sum);
		DeferredCommand deferred = new DeferredCommand(received, position,
				(waitsFor != null) ? new AggregateKey(Users.TYPE, waitsFor) : null);
		ReflectionTestUtils.setField(deferred, "arrivedAt", ARRIVED);
		this.loaded.add(deferred);
		return this;
	}

	/**
	 * Adds a command to the end of an aggregate's queue that is not loaded, only known to
	 * be there.
	 * @param aggregate the aggregate
	 * @return these queues
	 */
	public StoredQueues withOneMore(AggregateKey aggregate) {
		this.lastPositions.merge(aggregate, 1, Integer::sum);
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
	 * Says that a resume is on its way for the last that was added.
	 * @return these queues
	 */
	public StoredQueues resumed() {
		ReflectionTestUtils.setField(this.loaded.getLast(), "resumePartition", 0);
		ReflectionTestUtils.setField(this.loaded.getLast(), "resumeOffset", 7L);
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
	 * @param tables the mapping of all entities
	 * @return the queues in the database
	 */
	public static Deferrals table(Tables tables) {
		return new Deferrals(Readers.reader(), StoredAggregates.declared(), tables,
				new DeferralProperties(Duration.ofMinutes(5), Duration.ofSeconds(5)));
	}

	/**
	 * Returns what is needed to write waiting commands.
	 * @return the type of the entity
	 */
	public static Class<?> entity() {
		return DeferredCommand.class;
	}

}
