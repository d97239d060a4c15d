package dev.tidemark.worker.batch;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.hibernate.StatelessSession;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.TaskCommand;
import dev.tidemark.contracts.TaskCommand.CreateTask;
import dev.tidemark.contracts.TaskCommand.ResumeTask;
import dev.tidemark.contracts.TaskCommand.UpdateTask;
import dev.tidemark.contracts.UserCommand;
import dev.tidemark.contracts.UserCommand.DeleteUser;
import dev.tidemark.worker.deferral.DeferralBatch;
import dev.tidemark.worker.deferral.Deferrals;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.Tables;
import dev.tidemark.worker.state.WorkingSet;
import dev.tidemark.worker.task.TaskBatch;
import dev.tidemark.worker.task.Tasks;
import dev.tidemark.worker.user.UserBatch;
import dev.tidemark.worker.user.Users;

/**
 * Loads all that the decisions of one transaction will need, with a few reads of sets of
 * rows.
 */
@Component
class BatchLoader {

	private final Tables tables;

	private final CommandLog commandLog;

	private final Deferrals deferrals;

	private final Tasks tasks;

	private final Users users;

	BatchLoader(Tables tables, CommandLog commandLog, Deferrals deferrals, Tasks tasks, Users users) {
		this.tables = tables;
		this.commandLog = commandLog;
		this.deferrals = deferrals;
		this.tasks = tasks;
		this.users = users;
	}

	/**
	 * Loads.
	 * @param session the transaction
	 * @param commands what is to be decided
	 * @param takenUpAtMost how many waiting commands may be taken up
	 */
	Loaded load(StatelessSession session, List<ReceivedCommand> commands, int takenUpAtMost) {
		Concerned concerned = Concerned.by(commands);
		WorkingSet<UUID, LoggedCommand> log = new WorkingSet<>();
		UserBatch userBatch = this.users.batch(concerned.usernames);
		Reads first = this.tables.reads();
		userBatch.find(first, concerned.named);
		this.commandLog.load(first, concerned.ids, log);
		Map<UUID, Integer> lastPositions = this.deferrals.lastPositions(first, concerned.taskIds);
		TaskBatch taskBatch = this.tasks.load(first, concerned.taskIds);
		first.run(session);
		DeferralBatch queues = this.deferrals.load(session, lastPositions, concerned.resumedTaskIds, takenUpAtMost);
		Set<String> namedInQueues = new HashSet<>();
		queues.commands().forEach((command) -> addNamed(command, namedInQueues));
		// What only some batches need: most have nothing to read any more.
		Reads second = this.tables.reads();
		userBatch.load(second);
		taskBatch.loadCompletions(second);
		this.commandLog.load(second, queues.commandIds(), log);
		this.commandLog.load(second, queues.discarders(), log);
		second.run(session);
		Reads third = this.tables.reads();
		userBatch.find(third, namedInQueues);
		third.run(session);
		List<ReceivedCommand> known = commands.stream().filter((received) -> log.find(received.id()) != null).toList();
		List<UUID> knownResumes = known.stream()
			.filter((received) -> received.command() instanceof ResumeTask)
			.map(ReceivedCommand::id)
			.toList();
		Map<UUID, List<LoggedCommand>> resumed = this.commandLog.resumedBy(session, knownResumes)
			.stream()
			.collect(Collectors.groupingBy((logged) -> Objects.requireNonNull(logged.getResumedBy())));
		return new Loaded(log, resumed, this.deferrals.discarded(session, knownResumes),
				known.isEmpty() ? Map.of() : this.commandLog.publishedBefore(session), queues, taskBatch, userBatch,
				concerned.deleted.isEmpty() ? Set.of()
						: this.tasks.owners(session, concerned.deleted, concerned.taskIds));
	}

	private static void addNamed(TaskCommand command, Collection<String> usernames) {
		if (command instanceof CreateTask create) {
			usernames.add(create.username());
		}
		else if (command instanceof UpdateTask update
				&& update.username() instanceof Field.Given<String>(String username)) {
			usernames.add(username);
		}
	}

	/** Whom some commands concern. */
	private static final class Concerned {

		private final Set<UUID> ids = new HashSet<>();

		private final Set<UUID> taskIds = new HashSet<>();

		private final Set<UUID> resumedTaskIds = new HashSet<>();

		private final Set<String> usernames = new HashSet<>();

		/** Users that tasks are to have. */
		private final Set<String> named = new HashSet<>();

		private final Set<String> deleted = new HashSet<>();

		static Concerned by(List<ReceivedCommand> commands) {
			Concerned concerned = new Concerned();
			for (ReceivedCommand received : commands) {
				concerned.ids.add(received.id());
				switch (received.command()) {
					case TaskCommand command -> concerned.add(command);
					case UserCommand command -> concerned.add(command);
				}
			}
			return concerned;
		}

		private void add(TaskCommand command) {
			this.taskIds.add(command.taskId());
			addNamed(command, this.named);
			if (command instanceof ResumeTask) {
				this.resumedTaskIds.add(command.taskId());
			}
		}

		private void add(UserCommand command) {
			this.usernames.add(command.username());
			if (command instanceof DeleteUser) {
				this.deleted.add(command.username());
			}
		}

	}

}
