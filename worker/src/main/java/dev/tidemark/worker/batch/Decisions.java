package dev.tidemark.worker.batch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.Rejection;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.TaskCommand;
import dev.tidemark.contracts.TaskCommand.CreateTask;
import dev.tidemark.contracts.TaskCommand.ResumeTask;
import dev.tidemark.contracts.TaskCommand.UpdateTask;
import dev.tidemark.contracts.UserCommand;
import dev.tidemark.contracts.UserCommand.DeleteUser;
import dev.tidemark.worker.batch.Poll.Aggregate;
import dev.tidemark.worker.batch.Poll.Shown;
import dev.tidemark.worker.deferral.DeferralBatch;
import dev.tidemark.worker.deferral.Deferrals;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.LogFields;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.outcome.Decided;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.Outcome.Applied;
import dev.tidemark.worker.outcome.Outcome.Deferred;
import dev.tidemark.worker.outcome.Outcome.Rejected;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.outcome.Verdict;
import dev.tidemark.worker.publication.Event;
import dev.tidemark.worker.publication.Event.CommandRejected;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.publication.Event.ReadModelChanged;
import dev.tidemark.worker.publication.Event.Resume;
import dev.tidemark.worker.publication.SnapshotJson;
import dev.tidemark.worker.publication.SnapshotTooLargeException;
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.Tables;
import dev.tidemark.worker.state.WorkingSet;
import dev.tidemark.worker.state.Writes;
import dev.tidemark.worker.task.TaskBatch;
import dev.tidemark.worker.task.Tasks;
import dev.tidemark.worker.user.UserBatch;
import dev.tidemark.worker.user.Users;

/**
 * One transaction's decisions: what was loaded for them, and what comes of them.
 */
final class Decisions {

	private static final Logger logger = LoggerFactory.getLogger(Decisions.class);

	private final CommandLog commandLog;

	private final SnapshotJson json;

	private final WorkingSet<UUID, LoggedCommand> log;

	/** By the id of a resume that is delivered again, what it took up. */
	private final Map<UUID, List<LoggedCommand>> resumed;

	/** By the id of a resume that is delivered again, what it discarded. */
	private final Map<UUID, DeadLetter> discarded;

	private final Map<TopicPartition, Long> publishedBefore;

	private final DeferralBatch deferrals;

	private final TaskBatch tasks;

	private final UserBatch users;

	private final Set<String> owners;

	private final Poll poll;

	/** The partitions from which something new was decided. */
	private final Set<TopicPartition> decidedFrom = new HashSet<>();

	private final Map<Aggregate, Shown> shown;

	private final List<Event> events = new ArrayList<>();

	private final List<Decided> decided = new ArrayList<>();

	Decisions(CommandLog commandLog, SnapshotJson json, WorkingSet<UUID, LoggedCommand> log,
			Map<UUID, List<LoggedCommand>> resumed, Map<UUID, DeadLetter> discarded,
			Map<TopicPartition, Long> publishedBefore, DeferralBatch deferrals, TaskBatch tasks, UserBatch users,
			Set<String> owners, Poll poll) {
		this.commandLog = commandLog;
		this.json = json;
		this.log = log;
		this.resumed = resumed;
		this.discarded = discarded;
		this.publishedBefore = publishedBefore;
		this.deferrals = deferrals;
		this.tasks = tasks;
		this.users = users;
		this.owners = owners;
		this.poll = poll;
		this.shown = poll.shown();
	}

	/** Loads all that the decisions will need. */
	static Decisions load(StatelessSession session, Tables tables, CommandLog commandLog, Deferrals deferrals,
			Tasks tasks, Users users, SnapshotJson json, List<ReceivedCommand> commands, int takenUpAtMost, Poll poll) {
		Set<UUID> ids = new HashSet<>();
		Set<UUID> taskIds = new HashSet<>();
		Set<UUID> resumedTaskIds = new HashSet<>();
		Set<String> usernames = new HashSet<>();
		Set<String> named = new HashSet<>();
		Set<String> deleted = new HashSet<>();
		for (ReceivedCommand received : commands) {
			ids.add(received.id());
			switch (received.command()) {
				case TaskCommand command -> {
					taskIds.add(command.taskId());
					addNamed(command, named);
					if (command instanceof ResumeTask) {
						resumedTaskIds.add(command.taskId());
					}
				}
				case UserCommand command -> {
					usernames.add(command.username());
					if (command instanceof DeleteUser) {
						deleted.add(command.username());
					}
				}
			}
		}
		WorkingSet<UUID, LoggedCommand> log = new WorkingSet<>();
		UserBatch userBatch = users.batch(usernames);
		Reads first = tables.reads();
		userBatch.find(first, named);
		commandLog.load(first, ids, log);
		Map<UUID, Integer> lastPositions = deferrals.lastPositions(first, taskIds);
		TaskBatch taskBatch = tasks.load(first, taskIds);
		first.run(session);
		DeferralBatch queues = deferrals.load(session, lastPositions, resumedTaskIds, takenUpAtMost);
		Set<String> namedInQueues = new HashSet<>();
		queues.commands().forEach((command) -> addNamed(command, namedInQueues));
		// What only some batches need: most have nothing to read any more.
		Reads second = tables.reads();
		userBatch.load(second);
		taskBatch.loadCompletions(second);
		commandLog.load(second, queues.commandIds(), log);
		commandLog.load(second, queues.discarders(), log);
		second.run(session);
		Reads third = tables.reads();
		userBatch.find(third, namedInQueues);
		third.run(session);
		List<ReceivedCommand> known = commands.stream().filter((received) -> log.find(received.id()) != null).toList();
		List<UUID> knownResumes = known.stream()
			.filter((received) -> received.command() instanceof ResumeTask)
			.map(ReceivedCommand::id)
			.toList();
		Map<UUID, List<LoggedCommand>> resumed = commandLog.resumedBy(session, knownResumes)
			.stream()
			.collect(Collectors.groupingBy((logged) -> Objects.requireNonNull(logged.getResumedBy())));
		return new Decisions(commandLog, json, log, resumed, deferrals.discarded(session, knownResumes),
				known.isEmpty() ? Map.of() : commandLog.publishedBefore(session), queues, taskBatch, userBatch,
				deleted.isEmpty() ? Set.of() : tasks.owners(session, deleted, taskIds), poll);
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

	/** What is to be published, in order. */
	List<Event> events() {
		return this.events;
	}

	/** What each command has come to, in order. */
	List<Decided> decided() {
		return this.decided;
	}

	/** Which command's outcome each aggregate's row shows now. */
	Map<Aggregate, Shown> shown() {
		return this.shown;
	}

	/** Decides a command, or finds that it has been decided. */
	void decide(ReceivedCommand received) {
		LoggedCommand logged = this.log.find(received.id());
		if (logged == null) {
			decideNew(received);
		}
		else if (logged.cameIn(received.coordinates()) && !isPublished(received)) {
			publishAgain(received, logged);
			// What had to wait is the resume's to publish.
			note(received.command().type(), received.cause(), received.record().recordedAt(), logged,
					(logged.getResumedBy() != null) ? Verdict.DEFERRED : logged.getOutcome());
		}
		else {
			passOver(received, logged);
		}
	}

	/** Passes over a duplicate; what only has the same id is not lost unseen. */
	private void passOver(ReceivedCommand received, LoggedCommand logged) {
		List<String> differences = logged.cameIn(received.coordinates()) ? List.of()
				: logged.differences(received.command());
		if (!differences.isEmpty()) {
			this.events.add(new DeadLetter(received.record(), DeadLetterReason.ID_REUSED,
					"id is that of another command, which came in %s: other %s".formatted(logged.coordinates(),
							String.join(", other ", differences))));
			return;
		}
		this.decided
			.add(new Decided(received.command().type(), received.cause(), received.coordinates(), null, null, null));
	}

	private void note(ReceivedCommand received, LoggedCommand logged) {
		note(received.command().type(), received.cause(), received.record().recordedAt(), logged, logged.getOutcome());
	}

	private void note(CommandType type, Cause cause, @Nullable Long recordedAt, LoggedCommand logged, Verdict verdict) {
		this.decided.add(new Decided(type, cause, logged.coordinates(), recordedAt, verdict,
				(verdict == Verdict.REJECTED) ? logged.getReason() : null));
	}

	/** Discards the first of what a resume was to take up. */
	void discard(ReceivedCommand resume, Function<ReceivedRecord, DeadLetter> letter) {
		note(resume, remember(resume));
		UUID taskId = ((ResumeTask) resume.command()).taskId();
		if (this.deferrals.first(taskId) != null && this.deferrals.discardedBy(taskId) == null) {
			this.events.add(this.deferrals.discardFirst(taskId, resume.id(), letter));
			this.events.add(new Resume(taskId, resume.cause()));
		}
	}

	private LoggedCommand remember(ReceivedCommand received) {
		this.decidedFrom.add(received.coordinates().topicPartition());
		LoggedCommand logged = new LoggedCommand(received);
		this.log.put(logged.getCommandId(), logged);
		return logged;
	}

	private void decideNew(ReceivedCommand received) {
		LoggedCommand logged = remember(received);
		switch (received.command()) {
			case ResumeTask resume -> takeUp(resume.taskId(), received);
			case TaskCommand command when this.deferrals.isWaiting(command.taskId()) -> {
				logged.deferred();
				this.deferrals.defer(received, command, null);
			}
			case TaskCommand command -> {
				Outcome outcome = decide(received, command);
				settle(logged, received, outcome);
				if (outcome instanceof Deferred(String username)) {
					this.deferrals.defer(received, command, username);
				}
			}
			case UserCommand command -> {
				Outcome outcome = this.users.decide(command, received.cause().time(), received.expectedVersion(),
						(username) -> this.owners.contains(username) || this.tasks.refersTo(username));
				settle(logged, received, outcome);
			}
		}
		note(received, logged);
	}

	private Outcome decide(ReceivedCommand received, TaskCommand command) {
		return this.tasks.decide(command, received.cause().time(), received.expectedVersion(), this.users::contains);
	}

	/** Takes up what waits for a task, as far as it can go on. */
	private void takeUp(UUID taskId, ReceivedCommand resume) {
		UUID discarder = this.deferrals.discardedBy(taskId);
		if (discarder != null) {
			LoggedCommand earlier = this.log.find(discarder);
			if (earlier != null && !this.poll.beganAfter(earlier.coordinates())) {
				// The dead letter may have to be published again. The resume that comes
				// after it goes on.
				return;
			}
			this.log.remove(Objects.requireNonNull(this.deferrals.first(taskId)));
			this.deferrals.takeFirst(taskId);
		}
		for (UUID id = this.deferrals.first(taskId); id != null; id = this.deferrals.first(taskId)) {
			LoggedCommand logged = Objects.requireNonNull(this.log.find(id), "a deferred command is not in the log");
			ReceivedCommand received = this.deferrals.received(taskId);
			Outcome outcome = decide(received, (TaskCommand) received.command());
			if (outcome instanceof Deferred(String username)) {
				if (!this.deferrals.isExpired(taskId)) {
					this.deferrals.firstWaitsFor(taskId, username);
					return;
				}
				outcome = new Rejected(RejectionReason.USER_NOT_FOUND, "the user did not come in time");
			}
			this.deferrals.takeFirst(taskId);
			received = this.poll.spans().takeUp(received);
			logged.resumedBy(resume.id(), received.cause().tracing());
			this.log.put(id, logged);
			settle(logged, received, outcome);
			note(received, logged);
		}
		if (this.deferrals.isWaiting(taskId)) {
			this.events.add(new Resume(taskId, resume.cause()));
		}
	}

	private void settle(LoggedCommand logged, ReceivedCommand received, Outcome outcome) {
		logged.settle(outcome);
		switch (outcome) {
			case Applied(ReadModel readModel) ->
				publish(new Aggregate(received.command().type().topic(), logged.getKey()), logged, readModel,
						received.cause());
			case Rejected _ -> publishRejection(logged, received.cause());
			case Deferred _ -> {
			}
		}
	}

	private void publish(Aggregate aggregate, LoggedCommand logged, ReadModel readModel, Cause cause) {
		byte[] value = (readModel.snapshot() != null) ? this.json.write(readModel.snapshot()) : null;
		publish(aggregate, logged, readModel.type(), readModel.version(), value, cause);
	}

	/**
	 * Publishes how an aggregate stands. Should this poll have to be published again, the
	 * row will show only the last of its commands; so the one before keeps what it made.
	 */
	private void publish(Aggregate aggregate, LoggedCommand logged, EventType type, @Nullable Long version,
			byte @Nullable [] value, Cause cause) {
		Shown before = this.shown.put(aggregate, new Shown(logged, value));
		if (before != null && before.json() != null) {
			LoggedCommand hidden = before.command();
			hidden.supersede(new String(before.json(), StandardCharsets.UTF_8));
			if (this.log.find(hidden.getCommandId()) == null) {
				this.log.adopt(hidden.getCommandId(), hidden);
			}
			this.log.put(hidden.getCommandId(), hidden);
		}
		this.events.add(new ReadModelChanged(type, aggregate.key(), version, value, cause));
	}

	private void publishRejection(LoggedCommand logged, Cause cause) {
		this.events.add(new CommandRejected(
				new Rejection(logged.getCommandId(), logged.getType(), logged.getKey(),
						Objects.requireNonNull(logged.getReason()), Objects.requireNonNull(logged.getDetail())),
				cause));
	}

	private boolean isPublished(ReceivedCommand received) {
		Long before = this.publishedBefore.get(received.coordinates().topicPartition());
		return before != null && received.coordinates().offset() < before;
	}

	private void publishAgain(ReceivedCommand received, LoggedCommand logged) {
		if (received.command() instanceof ResumeTask resume) {
			this.resumed.getOrDefault(received.id(), List.of()).forEach((child) -> {
				LoggedCommand taken = this.log.find(child.getCommandId());
				if (taken == null) {
					this.log.adopt(child.getCommandId(), child);
					taken = child;
				}
				publishAgain(aggregate(resume), taken, taken.cause());
				note(Objects.requireNonNull(taken.commandType(), taken.getType()), taken.cause(), null, taken,
						taken.getOutcome());
			});
			DeadLetter letter = this.discarded.get(received.id());
			if (letter != null) {
				this.events.add(letter);
			}
			if (this.deferrals.isWaiting(resume.taskId())) {
				this.events.add(new Resume(resume.taskId(), received.cause()));
			}
		}
		else if (logged.getResumedBy() == null) {
			publishAgain(aggregate(received.command()), logged, received.cause());
		}
	}

	private void publishAgain(Aggregate aggregate, LoggedCommand logged, Cause cause) {
		if (logged.getOutcome() == Verdict.REJECTED) {
			publishRejection(logged, cause);
		}
		else if (logged.getOutcome() == Verdict.APPLIED) {
			publishAgainApplied(aggregate, logged, cause);
		}
	}

	private void publishAgainApplied(Aggregate aggregate, LoggedCommand logged, Cause cause) {
		CommandType type = Objects.requireNonNull(logged.commandType(), logged.getType());
		boolean ofTask = type.topic().equals(CommandType.CREATE_TASK.topic());
		boolean tombstone = type == CommandType.DELETE_TASK || type == CommandType.DELETE_USER
				|| logged.getVersion() == null;
		if (tombstone) {
			publish(aggregate, logged, ofTask ? EventType.TASK_DELETED : EventType.USER_DELETED, logged.getVersion(),
					null, cause);
			return;
		}
		EventType snapshot = ofTask ? EventType.TASK_SNAPSHOT : EventType.USER_SNAPSHOT;
		if (logged.getSuperseded() != null) {
			publish(aggregate, logged, snapshot, logged.getVersion(),
					logged.getSuperseded().getBytes(StandardCharsets.UTF_8), cause);
			return;
		}
		ReadModel readModel = ofTask ? this.tasks.readModel(UUID.fromString(aggregate.key()))
				: this.users.readModel(aggregate.key());
		if (!Objects.equals(readModel.version(), logged.getVersion())) {
			// No command does this. Consumers are to see what the table holds.
			LogFields.add(logger.atWarn(), logged.coordinates(), logged.getCommandId())
				.log("{}, command {}, made version {}, but by other hands it is at version {}: publishing that",
						logged.coordinates(), logged.getCommandId(), logged.getVersion(), readModel.version());
		}
		try {
			publish(aggregate, logged, readModel, cause);
		}
		catch (SnapshotTooLargeException ex) {
			// The row is durable: its topic has to take the event, sooner or later.
			throw new RecordTooLargeException(String.valueOf(ex.getMessage()), ex);
		}
	}

	private static Aggregate aggregate(Command command) {
		return new Aggregate(command.type().topic(), command.key());
	}

	/** Writes it all: users before the tasks that refer to them, and the log last. */
	void write(Writes writes) {
		this.users.write(writes);
		this.tasks.write(writes);
		this.users.delete(writes);
		this.deferrals.write(writes);
		this.commandLog.write(writes, this.log);
		if (!this.decidedFrom.isEmpty()) {
			SortedMap<TopicPartition, Long> starts = new TreeMap<>(this.poll.starts());
			starts.keySet().retainAll(this.decidedFrom);
			this.commandLog.beganAt(writes, starts);
		}
	}

}
