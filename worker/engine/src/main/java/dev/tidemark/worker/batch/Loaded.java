package dev.tidemark.worker.batch;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.common.TopicPartition;

import dev.tidemark.worker.aggregate.InHand;
import dev.tidemark.worker.deferral.DeferralBatch;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.outcome.Position;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.state.WorkingSet;

/**
 * All that one transaction's decisions need of the database.
 *
 * @param log the entries of the commands in hand
 * @param resumed by the id of a resume that is delivered again, what it took up
 * @param discarded by the id of a resume that is delivered again, what it discarded
 * @param positions by partition, how far the database is
 * @param queues what waits
 * @param inHand the aggregates
 */
record Loaded(WorkingSet<UUID, LoggedCommand> log, Map<UUID, List<LoggedCommand>> resumed,
		Map<UUID, DeadLetter> discarded, Map<TopicPartition, Position> positions, DeferralBatch queues, InHand inHand) {

	/** Whether what came of a record is sure to be published. */
	boolean isPublished(ReceivedCommand received) {
		Position position = this.positions.get(received.coordinates().topicPartition());
		return position != null && received.coordinates().offset() < position.publishedBefore();
	}

}
