package dev.tidemark.worker.deferral;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.aggregate.Aggregates;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.reading.CommandReader;
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.Tables;

/**
 * The commands that wait, in the database.
 */
@Component
@EnableConfigurationProperties(DeferralProperties.class)
public class Deferrals {

	private final CommandReader reader;

	private final Aggregates aggregates;

	private final Tables tables;

	private final DeferralProperties properties;

	Deferrals(CommandReader reader, Aggregates aggregates, Tables tables, DeferralProperties properties) {
		this.reader = reader;
		this.aggregates = aggregates;
		this.tables = tables;
		this.properties = properties;
	}

	/**
	 * Finds those aggregates of a batch for which something waits.
	 * @param reads gathers what is to be read
	 * @param touched the aggregates that the batch touches
	 * @return by aggregate, the last position in its queue; filled when the reads are run
	 */
	public Map<AggregateKey, Integer> lastPositions(Reads reads, Collection<AggregateKey> touched) {
		Map<AggregateKey, Integer> lastPositions = new HashMap<>();
		byType(touched).forEach((type, keys) -> {
			if (this.aggregates.mayWait(type)) {
				reads.select("""
						select key, max(position) from deferred_command
						where aggregate = '%s' and key = any(?) group by key""".formatted(type.wireName()), keys,
						(row) -> lastPositions.put(new AggregateKey(type, row.getString(1)), row.getInt(2)));
			}
		});
		return lastPositions;
	}

	private static Map<AggregateType, Set<String>> byType(Collection<AggregateKey> aggregates) {
		Map<AggregateType, Set<String>> byType = new LinkedHashMap<>();
		aggregates.forEach(
				(aggregate) -> byType.computeIfAbsent(aggregate.type(), (_) -> new HashSet<>()).add(aggregate.key()));
		return byType;
	}

	/**
	 * Loads what waits for the aggregates that a batch touches.
	 * @param session the batch's transaction
	 * @param lastPositions by aggregate, the last position in its queue
	 * @param resumed the aggregates whose queues are to be taken up
	 * @param atMost how many waiting commands may be taken up
	 * @return the queues, to be worked on and then written
	 */
	public DeferralBatch load(StatelessSession session, Map<AggregateKey, Integer> lastPositions,
			Collection<AggregateKey> resumed, int atMost) {
		List<AggregateKey> toLoad = resumed.stream().filter(lastPositions::containsKey).toList();
		if (toLoad.isEmpty()) {
			return new DeferralBatch(lastPositions, List.of(), this.reader, Instant.EPOCH);
		}
		List<DeferredCommand> waiting = new ArrayList<>();
		byType(toLoad).forEach((type,
				keys) -> waiting.addAll(session.createSelectionQuery("""
						from DeferredCommand where aggregate = :aggregate and key in :keys order by key, position
						""", DeferredCommand.class)
					.setParameter("aggregate", type.wireName())
					.setParameter("keys", keys)
					.setMaxResults(atMost - waiting.size())
					.getResultList()));
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
	 * Finds commands that can go on, and that no resume is on its way for: what they wait
	 * for is there, or their time is up. Others that look meanwhile don't find them.
	 * @param session the transaction in which the resumes are sent
	 * @param atMost how many to find
	 * @return by command id, the aggregate whose queue it is the first of
	 */
	Map<UUID, AggregateKey> due(StatelessSession session, int atMost) {
		Map<UUID, AggregateKey> due = new LinkedHashMap<>();
		for (AggregateType parent : this.aggregates.parents()) {
			String waits = "d.waits_for_aggregate = '%s'".formatted(parent.wireName());
			// Others' keys may be of another type, and PostgreSQL evaluates conditions in
			// whatever order it likes.
			String key = "case when %s then d.waits_for_key end".formatted(waits);
			due.putAll(due(session,
					"%s and %s".formatted(waits, this.tables.exists(this.aggregates.of(parent).entity(), key)),
					Map.of(), atMost - due.size()));
		}
		due.putAll(due(
				session, """
						d.arrived_at <= now() - cast(:seconds * interval '1 second' as interval)
						and d.command_id <> all(:found)""", Map.of("seconds",
						this.properties.deferFor().toMillis() / 1000.0, "found", due.keySet().toArray(UUID[]::new)),
				atMost - due.size()));
		return due;
	}

	/**
	 * Without the records, which may be large. What waits for a later release waits on.
	 */
	private static Map<UUID, AggregateKey> due(StatelessSession session, String condition,
			Map<String, Object> parameters, int atMost) {
		Map<UUID, AggregateKey> due = new LinkedHashMap<>();
		if (atMost > 0) {
			var query = session.createNativeQuery("""
					select d.command_id, d.aggregate, d.key from deferred_command d
					where d.waits_for_key is not null and d.resume_offset is null
					and d.aggregate = any(cast(:known as varchar[])) and %s
					limit :atMost for update of d skip locked
					""".formatted(condition), Object[].class)
				.setParameter("atMost", atMost)
				.setParameter("known",
						Catalogue.installed()
							.aggregates()
							.stream()
							.map(AggregateType::wireName)
							.toArray(String[]::new));
			parameters.forEach(query::setParameter);
			query.getResultList().forEach((row) -> {
				AggregateType type = Objects.requireNonNull(Catalogue.installed().aggregate((String) row[1]),
						"a known type");
				due.put((UUID) row[0], new AggregateKey(type, (String) row[2]));
			});
		}
		return due;
	}

	/**
	 * Notes where the resumes of some commands lie.
	 * @param session the transaction in which they were sent
	 * @param places by command id
	 */
	void resumed(StatelessSession session, Map<UUID, Coordinates> places) {
		session.createNativeMutationQuery("""
				update deferred_command d set resume_partition = r.partition, resume_offset = r.record_offset
				from (select unnest(cast(:ids as uuid[])) as id, unnest(cast(:partitions as integer[])) as partition,
					unnest(cast(:offsets as bigint[])) as record_offset) r
				where d.command_id = r.id
				""")
			.setParameter("ids", places.keySet().toArray(UUID[]::new))
			.setParameter("partitions", places.values().stream().map(Coordinates::partition).toArray(Integer[]::new))
			.setParameter("offsets", places.values().stream().map(Coordinates::offset).toArray(Long[]::new))
			.executeUpdate();
	}

	/**
	 * Counts the resumes that are on their way.
	 * @param session a transaction
	 * @return how many commands wait for theirs
	 */
	int countResumed(StatelessSession session) {
		return session
			.createNativeQuery("select count(*) from deferred_command where resume_offset is not null", Long.class)
			.getSingleResult()
			.intValue();
	}

	/**
	 * Returns where the resumes lie that are on their way.
	 * @param sessions opens a transaction of its own
	 * @return by command id
	 */
	Map<UUID, Coordinates> resumed(SessionFactory sessions) {
		return sessions.fromStatelessTransaction((session) -> session.createNativeQuery("""
				select command_id, topic, resume_partition, resume_offset from deferred_command
				where resume_offset is not null
				""", Object[].class)
			.getResultStream()
			.collect(Collectors.toMap((row) -> (UUID) row[0],
					(row) -> new Coordinates((String) row[1], (Integer) row[2], (Long) row[3]))));
	}

	/**
	 * Notes that some resumes are on their way no more, and did not come.
	 * @param sessions opens a transaction of its own
	 * @param lost by command id, where each lay
	 */
	void lost(SessionFactory sessions, Map<UUID, Coordinates> lost) {
		sessions.inStatelessTransaction((session) -> session.createNativeMutationQuery("""
				update deferred_command d set resume_partition = null, resume_offset = null
				from (select unnest(cast(:ids as uuid[])) as id, unnest(cast(:offsets as bigint[])) as record_offset) r
				where d.command_id = r.id and d.resume_offset = r.record_offset
				""")
			.setParameter("ids", lost.keySet().toArray(UUID[]::new))
			.setParameter("offsets", lost.values().stream().map(Coordinates::offset).toArray(Long[]::new))
			.executeUpdate());
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
