package dev.tidemark.worker.task;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.hibernate.StatelessSession;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.TaskStatus;
import dev.tidemark.worker.state.Tables;

/**
 * The tasks in the database.
 */
@Component
public class Tasks {

	private final Tables tables;

	private final TaskMapper mapper;

	Tasks(Tables tables, TaskMapper mapper) {
		this.tables = tables;
		this.mapper = mapper;
	}

	/**
	 * Loads the tasks that a batch touches, with their completions.
	 * @param session the batch's transaction
	 * @param taskIds the keys, some of which may have no task
	 * @return the tasks, to be worked on and then written
	 */
	public TaskBatch load(StatelessSession session, Collection<UUID> taskIds) {
		List<Task> found = this.tables.find(session, Task.class, taskIds);
		Map<UUID, Task> completed = found.stream()
			.filter((task) -> task.getStatus() == TaskStatus.DONE)
			.collect(Collectors.toMap(Task::getTaskId, Function.identity()));
		this.tables.find(session, Done.class, completed.keySet())
			.forEach((done) -> Objects.requireNonNull(completed.get(done.getTaskId())).complete(done));
		return new TaskBatch(this.tables, this.mapper, found);
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
