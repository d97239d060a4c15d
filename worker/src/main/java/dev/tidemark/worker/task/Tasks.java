package dev.tidemark.worker.task;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import org.hibernate.StatelessSession;
import org.springframework.stereotype.Component;

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
	 * Loads the tasks that a batch touches, with their completions, in one statement.
	 * @param session the batch's transaction
	 * @param taskIds the keys, some of which may have no task
	 * @return the tasks, to be worked on and then written
	 */
	public TaskBatch load(StatelessSession session, Collection<UUID> taskIds) {
		List<Task> found = taskIds.isEmpty() ? List.of()
				: session.getMultiple(Task.class, List.copyOf(taskIds)).stream().filter(Objects::nonNull).toList();
		return new TaskBatch(this.mapper, found);
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
