package dev.tidemark.worker.outcome;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import org.apache.kafka.common.TopicPartition;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.WorkingSet;
import dev.tidemark.worker.state.Writes;

/**
 * The log of decided commands: what makes a command count once, whatever is delivered
 * again.
 */
@Component
public class CommandLog {

	/**
	 * Loads what is known of some commands.
	 * @param reads gathers what is to be read
	 * @param commandIds the ids, most of which are new
	 * @param log where those go that are known, to be added to and then
	 * {@linkplain #write written}
	 */
	public void load(Reads reads, Collection<UUID> commandIds, WorkingSet<UUID, LoggedCommand> log) {
		reads.find(LoggedCommand.class, commandIds, (logged) -> log.adopt(logged.getCommandId(), logged));
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
	 * @param writes gathers what is to be written
	 * @param log what was loaded and added to
	 */
	public void write(Writes writes, WorkingSet<UUID, LoggedCommand> log) {
		writes.insert(LoggedCommand.class, log.inserts());
		writes.update(LoggedCommand.class, log.updates());
		writes.delete(LoggedCommand.class, log.deletes());
	}

	/**
	 * Loads how far the database is.
	 * @param reads gathers what is to be read
	 * @param partitions the partitions in question
	 * @param found is given what is known of each partition, and of others of its topic
	 */
	public void positions(Reads reads, Collection<TopicPartition> partitions,
			BiConsumer<TopicPartition, KnownPosition> found) {
		Set<String> topics = partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
		reads
			.select("""
					select topic, partition, published_before, read_before, topic_id, group_id
					from intake_position where topic = any(?)
					""", topics,
					(row) -> found.accept(new TopicPartition(row.getString(1), row.getInt(2)),
							new KnownPosition(new Position(row.getLong(3), row.getLong(4)),
									row.getObject(5, UUID.class), row.getString(6))));
	}

	/**
	 * Finds the consumer groups that the database has positions of.
	 * @param sessions opens a transaction of its own
	 * @return their names; none if nothing has been read yet
	 */
	public List<String> groups(SessionFactory sessions) {
		return sessions.fromStatelessTransaction(
				(session) -> session.createNativeQuery("select distinct group_id from intake_position", String.class)
					.getResultList());
	}

	/**
	 * Remembers where a poll began, and where it ends, in partitions from which it
	 * decides something new.
	 * @param writes gathers what is to be written
	 * @param positions by partition, the offsets of the poll's first record and behind
	 * its last. If the database is not where the poll begins, writing fails with an
	 * {@link OutOfStepException}
	 */
	public void beganAt(Writes writes, SortedMap<TopicPartition, Advance> positions) {
		upsert(writes, "published_before = excluded.published_before, ", positions);
	}

	/**
	 * Remembers where a poll ends, in partitions from which it decides nothing new.
	 * @param writes gathers what is to be written
	 * @param positions the same
	 */
	public void readUpTo(Writes writes, SortedMap<TopicPartition, Advance> positions) {
		upsert(writes, "", positions);
	}

	/**
	 * What the database must have known is asked for where it is changed: reading it
	 * before would cost every poll another query.
	 */
	private static void upsert(Writes writes, String began, SortedMap<TopicPartition, Advance> positions) {
		if (!positions.isEmpty()) {
			List<KnownPosition> to = positions.values().stream().map(Advance::to).toList();
			writes.execute("""
					insert into intake_position (topic, partition, published_before, read_before, topic_id, group_id)
					select topic, partition, published_before, read_before, topic_id, group_id
					from unnest(?, ?, ?, ?, ?, ?, ?)
						as u (topic, partition, published_before, read_before, topic_id, group_id, known)
					where known < 0 or exists (select from intake_position as p
						where p.topic = u.topic and p.partition = u.partition and p.read_before >= u.known)
					on conflict (topic, partition) do update
					set %sread_before = greatest(intake_position.read_before, excluded.read_before),
						topic_id = excluded.topic_id
					where intake_position.group_id = excluded.group_id
						and (intake_position.topic_id = excluded.topic_id
							or '00000000-0000-0000-0000-000000000000' in (intake_position.topic_id, excluded.topic_id))
					""".formatted(began), (rows) -> {
				if (rows < positions.size()) {
					throw new OutOfStepException();
				}
			}, positions.keySet().stream().map(TopicPartition::topic).toList(),
					positions.keySet().stream().map(TopicPartition::partition).toList(),
					to.stream().map((known) -> known.position().publishedBefore()).toList(),
					to.stream().map((known) -> known.position().readBefore()).toList(),
					to.stream().map(KnownPosition::topicId).toList(), to.stream().map(KnownPosition::groupId).toList(),
					positions.values().stream().map(Advance::from).toList());
		}
	}

	/**
	 * Tells how large the log is.
	 * @param sessions opens a transaction of its own
	 * @return its size in pages of the database
	 */
	public long pages(SessionFactory sessions) {
		return sessions.fromStatelessTransaction((session) -> session.createNativeQuery(
				"select pg_relation_size('command_log') / cast(current_setting('block_size') as bigint)", Long.class)
			.getSingleResult());
	}

	/**
	 * Forgets commands on some of the log's pages. Waits for nobody, and keeps, whatever
	 * its age, what may still have to be found: a command that waits; of each partition,
	 * the last poll, which may not have been acknowledged yet, however long ago it was
	 * decided; and what a resume took up, for as long as the resume.
	 * @param sessions opens a transaction of its own
	 * @param age how old a command must be to be forgotten
	 * @param page the first page
	 * @param pages how many pages
	 * @return how many commands have been forgotten
	 */
	public int purge(SessionFactory sessions, Duration age, long page, int pages) {
		return sessions.fromStatelessTransaction((session) -> session.createNativeMutationQuery("""
				delete from command_log where ctid = any (array(
					select l.ctid from command_log l
					where l.ctid >= cast(:from as tid) and l.ctid < cast(:before as tid)
					and l.logged_at < now() - cast(:seconds * interval '1 second' as interval)
					and l.outcome <> 'deferred'
					and not exists (select from intake_position p where p.topic = l.topic
						and p.partition = l.partition and p.published_before <= l.record_offset
						and l.record_offset < p.read_before)
					and not exists (select from command_log r where r.command_id = l.resumed_by)
					for update of l skip locked))
				""")
			.setParameter("from", "(" + page + ",0)")
			.setParameter("before", "(" + (page + pages) + ",0)")
			.setParameter("seconds", age.toMillis() / 1000.0)
			.executeUpdate());
	}

}
