package dev.tidemark.worker.deferral;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.reading.CommandReader;
import dev.tidemark.worker.state.Reads;

/**
 * The commands that wait, in the database.
 */
@Component
@EnableConfigurationProperties(DeferralProperties.class)
public class Deferrals {

	/**
	 * How many tasks a sweep wakes up; it comes again.
	 */
	private static final int SWEPT_AT_ONCE = 500;

	private final CommandReader reader;

	private final DeferralProperties properties;

	Deferrals(CommandReader reader, DeferralProperties properties) {
		this.reader = reader;
		this.properties = properties;
	}

	/**
	 * Finds the tasks of a batch for which something waits.
	 * @param reads gathers what is to be read
	 * @param taskIds the keys of the tasks that the batch touches
	 * @return by task, the last position in its queue; filled when the reads are run
	 */
	public Map<UUID, Integer> lastPositions(Reads reads, Collection<UUID> taskIds) {
		Map<UUID, Integer> lastPositions = new HashMap<>();
		reads.select("select task_id, max(position) from deferred_command where task_id = any(?) group by task_id",
				taskIds, (row) -> lastPositions.put(row.getObject(1, UUID.class), row.getInt(2)));
		return lastPositions;
	}

	/**
	 * Loads what waits for the tasks that a batch touches.
	 * @param session the batch's transaction
	 * @param lastPositions by task, the last position in its queue
	 * @param resumed the keys of the tasks whose queues are to be taken up
	 * @param atMost how many waiting commands may be taken up
	 * @return the queues, to be worked on and then written
	 */
	public DeferralBatch load(StatelessSession session, Map<UUID, Integer> lastPositions, Collection<UUID> resumed,
			int atMost) {
		List<UUID> toLoad = resumed.stream().filter(lastPositions::containsKey).toList();
		if (toLoad.isEmpty()) {
			return new DeferralBatch(lastPositions, List.of(), this.reader, Instant.EPOCH);
		}
		List<DeferredCommand> waiting = session
			.createSelectionQuery("from DeferredCommand where taskId in :taskIds order by taskId, position",
					DeferredCommand.class)
			.setParameter("taskIds", toLoad)
			.setMaxResults(atMost)
			.getResultList();
		Instant now = session.createNativeQuery("select now()", Instant.class).getSingleResult();
		return new DeferralBatch(lastPositions, waiting, this.reader, now.minus(this.properties.deferFor()));
	}

	/**
	 * Finds what some resumes have discarded.
	 * @param session the batch's transaction
	 * @param resumeIds the resumes' command ids
	 * @return by resume, the dead letter that it published
	 */
	public Map<UUID, DeadLetter> discarded(StatelessSession session, Collection<UUID> resumeIds) {
		return resumeIds.isEmpty() ? Map.of()
				: session
					.createSelectionQuery("from DeferredCommand where discardedBy in :resumeIds", DeferredCommand.class)
					.setParameter("resumeIds", resumeIds)
					.getResultStream()
					.collect(Collectors.toMap((command) -> Objects.requireNonNull(command.getDiscardedBy()),
							DeferredCommand::deadLetter));
	}

	/**
	 * Finds the tasks whose first waiting command waits for one of some users.
	 * @param session the batch's transaction
	 * @param usernames the users who have come
	 * @return by user, the keys of the tasks
	 */
	public Map<String, List<UUID>> waitingFor(StatelessSession session, Collection<String> usernames) {
		Map<String, List<UUID>> waiting = new HashMap<>();
		session.createSelectionQuery("""
				select waitsFor, taskId from DeferredCommand where waitsFor in :usernames order by arrivedAt
				""", Object[].class)
			.setParameter("usernames", usernames)
			.getResultList()
			.forEach((row) -> waiting.computeIfAbsent((String) row[0], (key) -> new ArrayList<>()).add((UUID) row[1]));
		return waiting;
	}

	/**
	 * Finds tasks that can go on although nobody has said so: the user came in a
	 * transaction that crossed the deferral's, or the time to wait is over.
	 * @param sessions opens a transaction of its own
	 * @return keys of tasks, the longest waiting first, some at a time
	 */
	public List<UUID> overdue(SessionFactory sessions) {
		return sessions.fromStatelessTransaction((session) -> session.createNativeQuery("""
				select d.task_id from deferred_command d
				where d.waits_for is not null
				and (exists (select from users u where u.username = d.waits_for)
					or d.arrived_at <= now() - cast(:seconds * interval '1 second' as interval))
				order by d.arrived_at
				""", UUID.class)
			.setParameter("seconds", this.properties.deferFor().toMillis() / 1000.0)
			.setMaxResults(SWEPT_AT_ONCE)
			.getResultList());
	}

	/**
	 * Counts what waits.
	 * @param sessions opens a transaction of its own
	 * @return how many commands wait, and for how long, by the database's clock
	 */
	Queued queued(SessionFactory sessions) {
		return sessions.fromStatelessTransaction((session) -> {
			Object[] row = session.createNativeQuery("""
					select count(*), cast(extract(epoch from now() - min(arrived_at)) * 1000 as bigint)
					from deferred_command
					""", Object[].class).getSingleResult();
			return new Queued((Long) row[0], (row[1] != null) ? Duration.ofMillis((Long) row[1]) : null);
		});
	}

	/**
	 * What waits.
	 *
	 * @param count how many commands
	 * @param oldestAge for how long the first of them has waited; null if none does
	 */
	record Queued(long count, @Nullable Duration oldestAge) {
	}

}
