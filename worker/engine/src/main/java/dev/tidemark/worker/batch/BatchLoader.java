package dev.tidemark.worker.batch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.apache.kafka.common.TopicPartition;
import org.hibernate.StatelessSession;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.Verb;
import dev.tidemark.worker.aggregate.Aggregates;
import dev.tidemark.worker.aggregate.InHand;
import dev.tidemark.worker.deferral.DeferralBatch;
import dev.tidemark.worker.deferral.Deferrals;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.outcome.Position;
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.Tables;
import dev.tidemark.worker.state.WorkingSet;

/**
 * Loads all that the decisions of one transaction will need, with a few reads of sets of
 * rows.
 */
@Component
class BatchLoader {

	private final Tables tables;

	private final CommandLog commandLog;

	private final Deferrals deferrals;

	private final Aggregates aggregates;

	BatchLoader(Tables tables, CommandLog commandLog, Deferrals deferrals, Aggregates aggregates) {
		this.tables = tables;
		this.commandLog = commandLog;
		this.deferrals = deferrals;
		this.aggregates = aggregates;
	}

	/**
	 * Loads.
	 * @param session the transaction
	 * @param commands what is to be decided
	 * @param takenUpAtMost how many waiting commands may be taken up
	 * @param poll the poll that they came in
	 */
	Loaded load(StatelessSession session, List<ReceivedCommand> commands, int takenUpAtMost, PollProgress poll) {
		InHand inHand = this.aggregates.inHand();
		Set<UUID> ids = new HashSet<>();
		Set<AggregateKey> touched = new HashSet<>();
		Set<AggregateKey> resumed = new HashSet<>();
		for (ReceivedCommand received : commands) {
			AggregateKey aggregate = AggregateKey.of(received.command());
			ids.add(received.id());
			touched.add(aggregate);
			inHand.touch(received.command());
			if (received.command().type().verb() == Verb.RESUME) {
				resumed.add(aggregate);
			}
		}
		WorkingSet<UUID, LoggedCommand> log = new WorkingSet<>();
		Reads first = this.tables.reads();
		inHand.load(first);
		this.commandLog.load(first, ids, log);
		Map<AggregateKey, Integer> lastPositions = this.deferrals.lastPositions(first, touched);
		first.run(session);
		List<ReceivedCommand> again = commands.stream().filter((received) -> log.find(received.id()) != null).toList();
		DeferralBatch queues = this.deferrals.load(session, lastPositions, resumed, takenUpAtMost);
		queues.commands().forEach(inHand::name);
		// What only some batches need: most have nothing to read any more.
		Reads second = this.tables.reads();
		inHand.findNamed(second);
		inHand.loadMore(second);
		this.commandLog.load(second, queues.commandIds(), log);
		this.commandLog.load(second, queues.discarders(), log);
		Map<TopicPartition, Position> positions = new HashMap<>();
		if (!again.isEmpty()) {
			this.commandLog.positions(second, poll.partitions(),
					(partition, known) -> positions.put(partition, known.position()));
		}
		second.run(session);
		List<UUID> knownResumes = again.stream()
			.filter((received) -> received.command().type().verb() == Verb.RESUME)
			.map(ReceivedCommand::id)
			.toList();
		return new Loaded(log, resumedBy(session, knownResumes), this.deferrals.discarded(session, knownResumes),
				positions, queues, inHand);
	}

	private Map<UUID, List<LoggedCommand>> resumedBy(StatelessSession session, List<UUID> knownResumes) {
		return this.commandLog.resumedBy(session, knownResumes)
			.stream()
			.collect(Collectors.groupingBy((logged) -> Objects.requireNonNull(logged.getResumedBy())));
	}

}
