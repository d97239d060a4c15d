package dev.tidemark.worker.outcome;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.UUID;
import java.util.stream.Collectors;

import org.apache.kafka.common.TopicPartition;
import org.hibernate.StatelessSession;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.state.WorkingSet;

/**
 * The log of decided commands: what makes a command count once, whatever is delivered
 * again.
 */
@Component
public class CommandLog {

	/**
	 * Loads what is known of some commands.
	 * @param session the batch's transaction
	 * @param commandIds the ids, most of which are new
	 * @return those that are known, to be added to and then {@linkplain #write written}
	 */
	public WorkingSet<UUID, LoggedCommand> load(StatelessSession session, Collection<UUID> commandIds) {
		List<LoggedCommand> known = commandIds.isEmpty() ? List.of()
				: session.getMultiple(LoggedCommand.class, List.copyOf(commandIds))
					.stream()
					.filter(Objects::nonNull)
					.toList();
		return new WorkingSet<>(known, LoggedCommand::getCommandId);
	}

	/**
	 * Loads what some resumes took up.
	 * @param session the batch's transaction
	 * @param resumeIds the resumes' command ids
	 * @return the commands in the order in which they came
	 */
	public List<LoggedCommand> resumedBy(StatelessSession session, Collection<UUID> resumeIds) {
		return resumeIds.isEmpty() ? List.of()
				: session
					.createSelectionQuery("from LoggedCommand where resumedBy in :resumeIds order by recordOffset",
							LoggedCommand.class)
					.setParameter("resumeIds", resumeIds)
					.getResultList();
	}

	/**
	 * Writes what has been decided. Fails on a command that another worker has decided in
	 * the meantime: then nothing of this batch may count, and it has to be looked at
	 * again.
	 * @param session the batch's transaction
	 * @param log what was loaded and added to
	 */
	public void write(StatelessSession session, WorkingSet<UUID, LoggedCommand> log) {
		List<LoggedCommand> inserts = log.inserts();
		List<LoggedCommand> updates = log.updates();
		if (!inserts.isEmpty()) {
			session.insertMultiple(inserts);
		}
		if (!updates.isEmpty()) {
			session.updateMultiple(updates);
		}
		List<UUID> deletes = log.deletes();
		if (!deletes.isEmpty()) {
			session.createMutationQuery("delete from LoggedCommand where commandId in :commandIds")
				.setParameter("commandIds", deletes)
				.executeUpdate();
		}
	}

	/**
	 * Loads up to where partitions are sure to have been published.
	 * @param session the batch's transaction
	 * @return by partition, the first offset that is not sure
	 */
	public Map<TopicPartition, Long> publishedBefore(StatelessSession session) {
		return session.createSelectionQuery("from IntakePosition", IntakePosition.class)
			.getResultList()
			.stream()
			.collect(Collectors.toMap((position) -> position.getKey().topicPartition(),
					IntakePosition::getPublishedBefore));
	}

	/**
	 * Remembers where a poll began, in partitions from which it decides something new.
	 * @param session the batch's transaction
	 * @param starts by partition, the offset of the poll's first record
	 */
	public void beganAt(StatelessSession session, SortedMap<TopicPartition, Long> starts) {
		session
			.createNativeMutationQuery(
					"""
							insert into intake_position (topic, partition, published_before)
							select * from unnest(cast(:topics as varchar[]), cast(:partitions as integer[]), cast(:offsets as bigint[]))
							on conflict (topic, partition) do update set published_before = excluded.published_before
							""")
			.setParameter("topics", starts.keySet().stream().map(TopicPartition::topic).toArray(String[]::new))
			.setParameter("partitions", starts.keySet().stream().map(TopicPartition::partition).toArray(Integer[]::new))
			.setParameter("offsets", starts.values().toArray(Long[]::new))
			.executeUpdate();
	}

}
