package dev.tidemark.worker.task;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

import org.hibernate.StatelessSession;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.state.Reads;

/**
 * The tasks in the database.
 */
@Component
public class Tasks {

	private final TaskMapper mapper;

	Tasks(TaskMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Loads the tasks that a batch touches, but for their
	 * {@linkplain TaskBatch#loadCompletions completions}.
	 * @param reads gathers what is to be read
	 * @param taskIds the keys, some of which may have no task
	 * @return the tasks, to be worked on and then written; filled when the reads are run
	 */
	public TaskBatch load(Reads reads, Collection<UUID> taskIds) {
		TaskBatch batch = new TaskBatch(this.mapper);
		reads.find(Task.class, taskIds, batch::adopt);
		return batch;
	}

	/**
	 * Tells which users have tasks, not counting the tasks that a batch has in hand.
	 * @param session the batch's transaction
	 * @param usernames the users in question
	 * @param inHand the tasks not to count
	 * @return those of the users that have other tasks
	 */
	public Set<String> owners(StatelessSession session, Collection<String> usernames, Collection<UUID> inHand) {
		return new HashSet<>(session.createNativeQuery("""
				select u from unnest(cast(:usernames as varchar[])) u
				where exists (select from tasks t where t.username = u and t.task_id <> all(cast(:inHand as uuid[])))
				""", String.class)
			.setParameter("usernames", usernames.toArray(String[]::new))
			.setParameter("inHand", inHand.toArray(UUID[]::new))
			.getResultList());
	}

}
