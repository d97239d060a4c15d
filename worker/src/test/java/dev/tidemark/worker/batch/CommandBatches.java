package dev.tidemark.worker.batch;

import java.util.List;

import dev.tidemark.worker.aggregate.StoredAggregates;
import dev.tidemark.worker.deferral.StoredQueues;
import dev.tidemark.worker.observability.Meters;
import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.publication.Publication;
import dev.tidemark.worker.state.RecordedWrites;
import dev.tidemark.worker.state.RecordedWrites.Refusal;
import dev.tidemark.worker.topics.TopicLimits;

/**
 * Batches where there is no database.
 */
public final class CommandBatches {

	private CommandBatches() {
	}

	/**
	 * Returns what is needed to write all that a batch does.
	 * @return the mapping of all entities
	 */
	public static RecordedWrites database() {
		List<Class<?>> entities = StoredAggregates.entities();
		entities.addAll(List.of(LoggedCommand.class, StoredQueues.entity()));
		return new RecordedWrites(entities.toArray(Class<?>[]::new));
	}

	/**
	 * Returns who decides where there is nothing yet.
	 * @param database the mapping of all entities
	 * @param refusal is asked when a transaction writes
	 * @return the decider
	 */
	public static CommandDecider ofNothing(RecordedWrites database, Refusal refusal) {
		CommandLog log = new CommandLog();
		BatchLoader loader = new BatchLoader(database.tables(), log, StoredQueues.table(database.tables()),
				StoredAggregates.declared());
		return new CommandDecider(database.empty(refusal), database.tables(), loader, log,
				Publication.json(new TopicLimits()), Meters.unread());
	}

}
