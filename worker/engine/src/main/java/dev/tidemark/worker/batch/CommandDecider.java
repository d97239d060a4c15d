package dev.tidemark.worker.batch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import org.apache.kafka.common.TopicPartition;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.observability.WorkerMeters.Phase;
import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.outcome.KnownPosition;
import dev.tidemark.worker.outcome.OutOfStepException;
import dev.tidemark.worker.publication.Event;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.publication.SnapshotJson;
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.Tables;
import dev.tidemark.worker.state.Writes;

/**
 * Decides commands, in one database transaction: a few reads and writes of sets of rows,
 * whatever the number of commands, and every decision in memory. A row that changes is
 * written once.
 */
@Component
public class CommandDecider {

	/**
	 * How many waiting commands a batch takes up; the rest follows in batches of its own,
	 * so that a long queue neither fills the memory nor holds up other keys.
	 */
	public static final int TAKEN_UP_AT_ONCE = 500;

	private final SessionFactory sessions;

	private final Tables tables;

	private final BatchLoader loader;

	private final CommandLog log;

	private final SnapshotJson json;

	private final WorkerMeters meters;

	CommandDecider(SessionFactory sessions, Tables tables, BatchLoader loader, CommandLog log, SnapshotJson json,
			WorkerMeters meters) {
		this.sessions = sessions;
		this.tables = tables;
		this.loader = loader;
		this.log = log;
		this.json = json;
		this.meters = meters;
	}

	/**
	 * Decides commands of one poll. When this returns, the transaction has committed;
	 * when it throws, nothing has changed. A crash in between is no different from one
	 * after it: the same records come again, and what came of them is found in the log.
	 * @param commands the commands, in the order of each partition
	 * @param poll the poll that they came in
	 * @return what is to be published, in order
	 */
	public List<Event> decide(List<ReceivedCommand> commands, PollProgress poll) {
		return inTransaction(commands, TAKEN_UP_AT_ONCE, poll, (batch) -> commands.forEach(batch::decide));
	}

	/**
	 * Decides a resume that takes up no more than the beginning of a queue: for one that
	 * fails as a whole.
	 * @param resume the resume
	 * @param atMost how many commands to take up
	 * @param poll the poll that it came in
	 * @return what is to be published, in order; another resume, if something still waits
	 */
	public List<Event> takeUp(ReceivedCommand resume, int atMost, PollProgress poll) {
		return inTransaction(List.of(resume), atMost, poll, (batch) -> batch.decide(resume));
	}

	/**
	 * Decides a resume that discards the first command of a queue, as it fails alone.
	 * @param resume the resume
	 * @param letter says what is wrong with the command's record
	 * @param poll the poll that it came in
	 * @return what is to be published: the dead letter, and another resume for the rest
	 */
	public List<Event> discard(ReceivedCommand resume, Function<ReceivedRecord, DeadLetter> letter, PollProgress poll) {
		return inTransaction(List.of(resume), 1, poll, (batch) -> batch.discard(resume, letter));
	}

	/**
	 * Remembers that a poll has been read in which there is nothing to decide.
	 * @param poll the poll
	 * @return nothing
	 */
	public List<Event> decideNothing(PollProgress poll) {
		return inTransaction(List.of(), 0, poll, (_) -> {
		});
	}

	/**
	 * Makes sure that the database agrees with a group on where it is.
	 * @param group the group, in some partitions
	 * @throws OtherGroupException if the database belongs to another group
	 * @throws TopicReplacedException if it was another topic
	 * @throws DatabaseBehindException if the database does not know of whatever the group
	 * has read
	 */
	public void check(GroupState group) {
		group.check(positions(group.partitions()));
	}

	/**
	 * Makes sure that the database does not belong to another group.
	 * @param groupId the group's name
	 * @throws OtherGroupException if it does
	 */
	public void checkGroup(String groupId) {
		for (String other : this.log.groups(this.sessions)) {
			if (!other.equals(groupId)) {
				throw new OtherGroupException(groupId, other);
			}
		}
	}

	/**
	 * Finds where a group begins in partitions of which it has no offset: where the
	 * database is, as everything before has been decided and published.
	 * @param group the group, in these partitions
	 * @return by partition, an offset, which may lie before the partition's beginning; of
	 * those that the database does not know, none
	 */
	public Map<TopicPartition, Long> begin(GroupState group) {
		Map<TopicPartition, Long> begin = new HashMap<>();
		Map<TopicPartition, KnownPosition> known = positions(group.partitions());
		group.partitions().forEach((partition) -> {
			KnownPosition there = known.get(partition);
			if (there != null && group.isAt(partition, there)) {
				begin.put(partition, there.position().first());
			}
		});
		return begin;
	}

	private Map<TopicPartition, KnownPosition> positions(Set<TopicPartition> partitions) {
		Map<TopicPartition, KnownPosition> positions = new HashMap<>();
		Reads reads = this.tables.reads();
		this.log.positions(reads, partitions, positions::put);
		this.sessions.inStatelessTransaction(reads::run);
		return positions;
	}

	private List<Event> inTransaction(List<ReceivedCommand> commands, int takenUpAtMost, PollProgress poll,
			Consumer<Decisions> work) {
		WorkerMeters.Stopwatch watch = this.meters.stopwatch();
		Results results = inTransaction((session) -> {
			Loaded loaded = this.loader.load(session, commands, takenUpAtMost, poll);
			Decisions batch = new Decisions(this.log, this.json, loaded, poll);
			watch.lap(Phase.LOAD);
			work.accept(batch);
			watch.skip();
			poll.sendAhead(batch.results().events());
			watch.lap(Phase.SEND);
			Writes writes = this.tables.writes();
			batch.write(writes);
			writes.run(session);
			watch.lap(Phase.FLUSH);
			return batch.results();
		}, poll);
		watch.lap(Phase.COMMIT);
		poll.keep(results.shown(), results.decided());
		return results.events();
	}

	private Results inTransaction(Function<StatelessSession, Results> work, PollProgress poll) {
		try {
			return this.sessions.fromStatelessTransaction(work);
		}
		catch (OutOfStepException ex) {
			// What is not as it should be is looked for only now.
			check(poll.group());
			throw ex;
		}
	}

}
