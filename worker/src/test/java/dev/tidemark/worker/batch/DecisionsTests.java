package dev.tidemark.worker.batch;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.ResumeTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.aggregate.StoredAggregates;
import dev.tidemark.worker.batch.PollProgress.Shown;
import dev.tidemark.worker.deferral.StoredQueues;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Received;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.observability.PollSpans;
import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.outcome.Decided;
import dev.tidemark.worker.outcome.LoggedCommand;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.Position;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.outcome.Verdict;
import dev.tidemark.worker.publication.Event;
import dev.tidemark.worker.publication.Event.CommandRejected;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.publication.Event.ReadModelChanged;
import dev.tidemark.worker.publication.Event.Resume;
import dev.tidemark.worker.publication.Publication;
import dev.tidemark.worker.state.RecordedWrites;
import dev.tidemark.worker.state.WorkingSet;
import dev.tidemark.worker.task.StoredTasks;
import dev.tidemark.worker.topics.FoundTopics;
import dev.tidemark.worker.topics.TopicLimits;
import dev.tidemark.worker.user.StoredUsers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What comes of commands that are new, that are known, that wait and that are taken up.
 */
class DecisionsTests {

	/** Where the poll begins, in either topic. */
	private static final long START = 100;

	/** Where it ends. */
	private static final long END = 200;

	private static final TopicPartition TASKS = new TopicPartition(Tasks.TYPE.commandTopic(), 0);

	private static final TopicPartition USERS = new TopicPartition(Users.TYPE.commandTopic(), 0);

	private final UUID task = UUID.randomUUID();

	private final WorkingSet<UUID, LoggedCommand> log = new WorkingSet<>();

	private final Map<UUID, List<LoggedCommand>> resumed = new HashMap<>();

	private final Map<UUID, DeadLetter> discarded = new HashMap<>();

	private final Map<TopicPartition, Position> positions = new HashMap<>(
			Map.of(TASKS, new Position(START, END), USERS, new Position(START, END)));

	private final StoredQueues queues = new StoredQueues();

	private final PollProgress poll = poll(Map.of());

	private StoredAggregates stored = StoredUsers.add(new StoredAggregates(), "amara");

	private TopicLimits limits = new TopicLimits();

	@Test
	void aNewCommandIsAppliedLoggedAndPublished() {
		ReceivedCommand create = Received.at(100, create("amara"));
		Decisions decisions = decide(create);
		assertThat(inWords(decisions)).containsExactly("snapshot 1");
		assertThat(verdicts(decisions)).containsExactly(Verdict.APPLIED);
		assertThat(this.log.inserts()).singleElement().satisfies((logged) -> {
			assertThat(logged.getCommandId()).isEqualTo(create.id());
			assertThat(logged.getOutcome()).isEqualTo(Verdict.APPLIED);
			assertThat(logged.getVersion()).isOne();
			assertThat(logged.coordinates()).isEqualTo(create.coordinates());
		});
	}

	@Test
	void whatComesOfACommandPassesOnWhatTheCommandDid() {
		Tracing tracing = new Tracing("correlation", "00-a", null, "00-b", null);
		ReceivedCommand create = Received.passingOn(tracing, Received.at(100, create("amara")));
		assertThat(decide(create).results().events()).singleElement()
			.isInstanceOfSatisfying(ReadModelChanged.class,
					(event) -> assertThat(event.cause()).isEqualTo(create.cause()));
	}

	@Test
	void aRejectionIsLoggedAndPublishedWithItsReason() {
		ReceivedCommand complete = Received.at(100, new CompleteTask(this.task));
		Decisions decisions = decide(complete);
		assertThat(decisions.results().events()).singleElement()
			.isInstanceOfSatisfying(CommandRejected.class, (event) -> {
				assertThat(event.rejection().commandId()).isEqualTo(complete.id());
				assertThat(event.rejection().key()).isEqualTo(this.task.toString());
				assertThat(event.rejection().reason()).isEqualTo(Tasks.TYPE.notFound());
				assertThat(event.rejection().detail()).isEqualTo("task %s does not exist".formatted(this.task));
			});
		assertThat(decisions.results().decided()).extracting(Decided::reason).containsExactly(Tasks.TYPE.notFound());
		assertThat(this.log.inserts()).extracting(LoggedCommand::getReason).containsExactly(Tasks.TYPE.notFound());
	}

	@Test
	void theVersionThatACommandExpectsIsAskedOfTheBatchAsItStands() {
		assertThat(inWords(decide(Received.at(100, create("amara")),
				Received.expecting(1L, Received.at(101, new CompleteTask(this.task))),
				Received.expecting(1L, Received.at(102, new DeleteTask(this.task))))))
			.containsExactly("snapshot 1", "snapshot 2", "VERSION_CONFLICT");
	}

	@Test
	void aTaskFindsAUserWhoComesInTheSamePoll() {
		this.stored = new StoredAggregates();
		assertThat(inWords(decide(Received.at(100, register("ليلى")), Received.at(100, create("ليلى")))))
			.containsExactly("snapshot 1", "snapshot 1");
	}

	@ParameterizedTest
	@CsvSource({ "in the table, USER_HAS_TASKS", "in hand, USER_HAS_TASKS", "nowhere, tombstone 2" })
	void aUserGoesWhenNoTaskRefersToItAnyMore(String where, String outcome) {
		if (where.equals("in the table")) {
			this.stored.referredTo(Users.TYPE, "amara");
		}
		else if (where.equals("in hand")) {
			StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		}
		assertThat(inWords(decide(Received.at(100, new DeleteUser("amara"))))).containsExactly(outcome);
	}

	@Test
	void aDuplicateInAnotherRecordCountsOnce() {
		UUID id = UUID.randomUUID();
		Decisions decisions = decide(Received.at(100, id, create("amara")), Received.at(101, id, create("amara")));
		assertThat(inWords(decisions)).containsExactly("snapshot 1");
		assertThat(verdicts(decisions)).containsExactly(Verdict.APPLIED, null);
		assertThat(this.log.inserts()).hasSize(1);
	}

	@Test
	void aCommandThatIsReadAgainAndIsSureToBePublishedSaysNothing() {
		ReceivedCommand create = Received.at(99, create("amara"));
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		logged(create, applied(1));
		Decisions decisions = decide(create);
		assertThat(decisions.results().events()).isEmpty();
		assertThat(verdicts(decisions)).containsExactly((Verdict) null);
	}

	@Test
	void aCommandThatIsDeliveredAgainIsPublishedAgainAsTheRowShowsIt() {
		ReceivedCommand create = Received.at(100, create("amara"));
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		logged(create, applied(1));
		Decisions decisions = decide(create);
		assertThat(decisions.results().events()).singleElement()
			.isInstanceOfSatisfying(ReadModelChanged.class, (event) -> {
				assertThat(event.cause()).isEqualTo(create.cause());
				assertThat(event.version()).isOne();
				assertThat(json(event)).contains("\"title\":\"Stored\"");
			});
		assertThat(verdicts(decisions)).containsExactly(Verdict.APPLIED);
		assertThat(this.log.inserts()).isEmpty();
		assertThat(this.log.updates()).isEmpty();
	}

	@Test
	void wherePartitionsAreNotKnownNothingIsSureToBePublished() {
		this.positions.clear();
		ReceivedCommand create = Received.at(99, create("amara"));
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		logged(create, applied(1));
		assertThat(inWords(decide(create))).containsExactly("snapshot 1");
	}

	@Test
	void aRejectionThatIsDeliveredAgainIsTheSame() {
		ReceivedCommand complete = Received.at(100, new CompleteTask(this.task));
		logged(complete, new Outcome.Rejected(Tasks.TYPE.notFound(), "as it was found"));
		// Meanwhile there is such a task.
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		assertThat(decide(complete).results().events()).singleElement()
			.isInstanceOfSatisfying(CommandRejected.class,
					(event) -> assertThat(event.rejection().detail()).isEqualTo("as it was found"));
	}

	@ParameterizedTest
	@CsvSource({ "delete, 7, tombstone 7", "republish, -1, tombstone -" })
	void aTombstoneThatIsDeliveredAgainIsTheSame(String command, long version, String event) {
		ReceivedCommand received = Received.at(100,
				command.equals("delete") ? new DeleteTask(this.task) : new RepublishTask(this.task));
		logged(received,
				new Outcome.Applied(ReadModel.tombstone(Tasks.TYPE.tombstone(), (version > 0) ? version : null)));
		// Meanwhile there is another such task.
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		assertThat(inWords(decide(received))).containsExactly(event);
	}

	@Test
	void whatALaterCommandOfThePollHidesIsKeptInTheLog() {
		ReceivedCommand create = Received.at(100, create("amara"));
		Decisions decisions = decide(create, Received.at(101, new CompleteTask(this.task)));
		List<ReadModelChanged> events = changes(decisions);
		assertThat(this.log.find(create.id())).extracting(LoggedCommand::getSuperseded)
			.isEqualTo(json(events.getFirst()));
		assertThat(this.log.inserts().getLast().getSuperseded()).as("what the row shows").isNull();
	}

	@Test
	void whatATombstoneHidesIsKeptToo() {
		ReceivedCommand create = Received.at(100, create("amara"));
		ReceivedCommand delete = Received.at(101, new DeleteTask(this.task));
		decide(create, delete, Received.at(102, create("amara")));
		assertThat(Objects.requireNonNull(this.log.find(create.id())).getSuperseded()).contains("\"version\":1");
		assertThat(Objects.requireNonNull(this.log.find(delete.id())).getSuperseded()).isNull();
	}

	@Test
	void whatAnEarlierTransactionOfThePollPublishedIsKeptWhenItIsHidden() {
		ReceivedCommand create = Received.at(100, create("amara"));
		LoggedCommand shown = new LoggedCommand(create);
		shown.settle(applied(1));
		this.poll.keep(Map.of(aggregate(), new Shown(shown, "{}".getBytes(StandardCharsets.UTF_8))), List.of());
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		decide(Received.at(101, new CompleteTask(this.task)));
		assertThat(shown.getSuperseded()).isEqualTo("{}");
		assertThat(this.log.updates()).containsExactly(shown);
	}

	@Test
	void whatWasHiddenIsPublishedAgainFromTheLog() {
		ReceivedCommand create = Received.at(100, create("amara"));
		ReceivedCommand complete = Received.at(101, new CompleteTask(this.task));
		logged(create, applied(1)).supersede("{\"as\":\"it was\"}");
		logged(complete, applied(2));
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.DONE, 2);
		Decisions decisions = decide(create, complete);
		assertThat(inWords(decisions)).containsExactly("snapshot 1", "snapshot 2");
		assertThat(json(changes(decisions).getFirst())).isEqualTo("{\"as\":\"it was\"}");
	}

	/** No command does this. */
	@Test
	void aRowThatOtherHandsHaveChangedIsPublishedAsItIs() {
		ReceivedCommand create = Received.at(100, create("amara"));
		logged(create, applied(1));
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 5);
		assertThat(inWords(decide(create))).containsExactly("snapshot 5");
	}

	@Test
	void whatIsDurableAndTooLargeIsNoCommandsFault() {
		ReceivedCommand create = Received.at(100, create("amara"));
		logged(create, applied(1));
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		this.limits = FoundTopics.limits(Tasks.TYPE.readModelTopic(), 100, null);
		assertThatExceptionOfType(RecordTooLargeException.class).isThrownBy(() -> decide(create))
			.withMessage("the snapshot is too large for task.read-model, which takes 100 bytes");
	}

	@ParameterizedTest
	@CsvSource({ "other type, type", "other key, key data", "other data, data", "all of it, type key data" })
	void anotherCommandWithTheSameIdIsADeadLetter(String how, String differences) {
		UUID id = UUID.randomUUID();
		ReceivedCommand first = Received.at(100, id, new CompleteTask(this.task));
		if (how.equals("other data")) {
			first = Received.at(100, id, create("amara"));
		}
		logged(first, applied(1));
		Command second = switch (how) {
			case "other type" -> new DeleteTask(this.task);
			case "other key" -> new CompleteTask(UUID.randomUUID());
			case "other data" -> create("ليلى");
			default -> new DeleteTask(UUID.randomUUID());
		};
		Decisions decisions = decide(Received.at(103, id, second));
		assertThat(decisions.results().events()).singleElement().isInstanceOfSatisfying(DeadLetter.class, (letter) -> {
			assertThat(letter.reason()).isEqualTo(DeadLetterReason.ID_REUSED);
			assertThat(letter.record().coordinates().offset()).isEqualTo(103);
			assertThat(letter.detail()).isEqualTo(
					"id is that of another command, which came in task.commands-0@100: %s",
					"other " + differences.replace(" ", ", other "));
		});
		assertThat(decisions.results().decided()).isEmpty();
	}

	@Test
	void aTaskWhoseUserIsNotThereWaits() {
		Decisions decisions = decide(Received.at(100, create("nobody")));
		assertThat(decisions.results().events()).isEmpty();
		assertThat(verdicts(decisions)).containsExactly(Verdict.DEFERRED);
		assertThat(this.log.inserts()).extracting(LoggedCommand::getOutcome).containsExactly(Verdict.DEFERRED);
	}

	@Test
	void whateverComesBehindACommandThatWaitsWaitsToo() {
		Decisions decisions = decide(Received.at(100, create("nobody")), Received.at(101, new DeleteTask(this.task)),
				Received.at(102, new RepublishTask(this.task)));
		assertThat(decisions.results().events()).isEmpty();
		assertThat(verdicts(decisions)).containsOnly(Verdict.DEFERRED).hasSize(3);
	}

	@Test
	void whatWaitsForOneTaskHoldsUpNoOther() {
		assertThat(inWords(decide(Received.at(100, create("nobody")),
				Received.at(101, new CreateTask(UUID.randomUUID(), "Other", "amara", null, TaskStatus.PENDING)))))
			.containsExactly("snapshot 1");
	}

	@Test
	void aResumeTakesUpWhatWaitsInItsOrder() {
		ReceivedCommand create = waiting(1, create("amara"), "amara");
		ReceivedCommand complete = waiting(2, new CompleteTask(this.task), null);
		ReceivedCommand create2 = waiting(3, create("amara"), null);
		ReceivedCommand resume = resume();
		Decisions decisions = decide(resume);
		assertThat(inWords(decisions)).containsExactly("snapshot 1", "snapshot 2", "TASK_ALREADY_EXISTS");
		assertThat(verdicts(decisions)).containsExactly(Verdict.APPLIED, Verdict.APPLIED, Verdict.REJECTED,
				Verdict.APPLIED);
		for (ReceivedCommand taken : List.of(create, complete, create2)) {
			assertThat(Objects.requireNonNull(this.log.find(taken.id())).getResumedBy()).isEqualTo(resume.id());
		}
	}

	@Test
	void whatIsTakenUpHasTheCommandsOwnTimeAndCause() {
		ReceivedCommand create = waiting(1, create("amara"), "amara");
		assertThat(changes(decide(resume()))).singleElement()
			.extracting(ReadModelChanged::cause)
			.isEqualTo(create.cause());
	}

	@Test
	void aResumeOfNothingDoesNothing() {
		Decisions decisions = decide(resume());
		assertThat(decisions.results().events()).isEmpty();
		assertThat(verdicts(decisions)).containsExactly(Verdict.APPLIED);
	}

	@Test
	void aResumeStopsWhereTheNextUserIsMissing() {
		waiting(1, create("amara"), "amara");
		ReceivedCommand update = waiting(2, assign("nobody"), null);
		waiting(3, new CompleteTask(this.task), null);
		Decisions decisions = decide(resume());
		assertThat(inWords(decisions)).containsExactly("snapshot 1");
		assertThat(Objects.requireNonNull(this.log.find(update.id())).getOutcome()).isEqualTo(Verdict.DEFERRED);
	}

	@Test
	void whoseTimeIsUpIsRejectedAndTheOthersGoOn() {
		waiting(1, create("amara"), "amara");
		waiting(2, assign("nobody"), null);
		waiting(3, new CompleteTask(this.task), null);
		this.queues.expiredBefore(Instant.MAX);
		Decisions decisions = decide(resume());
		assertThat(inWords(decisions)).containsExactly("snapshot 1", "USER_NOT_FOUND", "snapshot 2");
		assertThat(decisions.results().events().get(1)).isInstanceOfSatisfying(CommandRejected.class,
				(event) -> assertThat(event.rejection().detail()).isEqualTo("the user did not come in time"));
	}

	@Test
	void whatIsRejectedForAnotherReasonIsNotRejectedForItsTime() {
		waiting(1, new CompleteTask(this.task), "nobody");
		this.queues.expiredBefore(Instant.MAX);
		assertThat(inWords(decide(resume()))).containsExactly("TASK_NOT_FOUND");
	}

	@Test
	void aLongQueueIsTakenUpInParts() {
		waiting(1, create("amara"), "amara");
		this.queues.withOneMore(aggregate());
		ReceivedCommand resume = resume();
		Decisions decisions = decide(resume);
		assertThat(inWords(decisions)).containsExactly("snapshot 1", "resumable");
		assertThat(decisions.results().events().getLast()).isEqualTo(new Resume(aggregate(), resume.cause()));
	}

	@Test
	void whatComesNowWaitsBehindALongQueueThatIsTakenUp() {
		waiting(1, create("amara"), "amara");
		this.queues.withOneMore(aggregate());
		assertThat(verdicts(decide(resume(), Received.at(110, new DeleteTask(this.task))))).last()
			.isEqualTo(Verdict.DEFERRED);
	}

	@Test
	void whatComesBehindAQueueThatWasTakenUpDoesNotWait() {
		waiting(1, create("amara"), "amara");
		assertThat(inWords(decide(resume(), Received.at(110, new DeleteTask(this.task))))).containsExactly("snapshot 1",
				"tombstone 2");
	}

	@Test
	void aCommandThatWasTakenUpIsTheResumesToPublishAgain() {
		ReceivedCommand create = Received.at(100, create("amara"));
		logged(create, applied(1)).resumedBy(UUID.randomUUID(), Tracing.NONE);
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		Decisions decisions = decide(create);
		assertThat(decisions.results().events()).isEmpty();
		assertThat(verdicts(decisions)).as("as it was when it came").containsExactly(Verdict.DEFERRED);
	}

	@Test
	void aResumeThatIsDeliveredAgainPublishesAgainWhatItTookUp() {
		ReceivedCommand resume = resume();
		Tracing tracing = new Tracing("correlation", null, null, null, null);
		ReceivedCommand create = Received.passingOn(tracing, Received.at(1, create("amara")));
		LoggedCommand taken = new LoggedCommand(create);
		taken.settle(applied(1));
		taken.resumedBy(resume.id(), tracing);
		LoggedCommand rejected = new LoggedCommand(Received.at(2, create("amara")));
		rejected.settle(new Outcome.Rejected(Tasks.TYPE.alreadyExists(), "as it was found"));
		rejected.resumedBy(resume.id(), Tracing.NONE);
		this.resumed.put(resume.id(), List.of(taken, rejected));
		logged(resume, resumeOutcome());
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		Decisions decisions = decide(resume);
		assertThat(inWords(decisions)).containsExactly("snapshot 1", "TASK_ALREADY_EXISTS");
		assertThat(changes(decisions)).extracting(ReadModelChanged::cause).containsExactly(create.cause());
		assertThat(verdicts(decisions)).containsExactly(Verdict.APPLIED, Verdict.REJECTED, Verdict.APPLIED);
	}

	@Test
	void aResumeThatIsDeliveredAgainWakesUpWhatStillWaits() {
		ReceivedCommand resume = resume();
		logged(resume, resumeOutcome());
		this.queues.withOneMore(aggregate());
		assertThat(decide(resume).results().events()).containsExactly(new Resume(aggregate(), resume.cause()));
	}

	@Test
	void whatFailsAloneIsDiscardedAndTheRestIsTakenUpAfterwards() {
		ReceivedCommand poison = waiting(1, create("amara"), "amara");
		waiting(2, new CompleteTask(this.task), null);
		ReceivedCommand resume = resume();
		Decisions decisions = decisions();
		decisions.discard(resume, DecisionsTests::unprocessable);
		assertThat(inWords(decisions)).containsExactly("UNPROCESSABLE", "resumable");
		assertThat(decisions.results().events().getFirst()).isInstanceOfSatisfying(DeadLetter.class,
				(letter) -> assertThat(letter.record().coordinates()).isEqualTo(poison.coordinates()));
		assertThat(this.log.find(poison.id())).as("for as long as its dead letter is not sure").isNotNull();
	}

	@Test
	void whatIsDiscardedAlreadyIsNotDiscardedAgain() {
		waiting(1, create("amara"), "amara");
		this.queues.discardedBy(UUID.randomUUID());
		Decisions decisions = decisions();
		decisions.discard(resume(), DecisionsTests::unprocessable);
		assertThat(decisions.results().events()).isEmpty();
	}

	@Test
	void whereNothingWaitsThereIsNothingToDiscard() {
		Decisions decisions = decisions();
		decisions.discard(resume(), DecisionsTests::unprocessable);
		assertThat(decisions.results().events()).isEmpty();
	}

	@Test
	void whatIsDiscardedHoldsTheQueueUpUntilItsDeadLetterIsSure() {
		ReceivedCommand discarder = Received.at(100, new ResumeTask(this.task));
		logged(discarder, resumeOutcome());
		ReceivedCommand poison = waiting(1, create("amara"), "amara");
		this.queues.discardedBy(discarder.id());
		waiting(2, create("amara"), null);
		assertThat(decide(resume()).results().events()).isEmpty();
		assertThat(this.log.find(poison.id())).isNotNull();
	}

	@Test
	void whatWasDiscardedInAnEarlierPollIsForgottenAndTheRestGoesOn() {
		ReceivedCommand discarder = Received.at(99, new ResumeTask(this.task));
		logged(discarder, resumeOutcome());
		ReceivedCommand poison = waiting(1, create("amara"), "amara");
		this.queues.discardedBy(discarder.id());
		waiting(2, create("amara"), null);
		assertThat(inWords(decide(resume()))).containsExactly("snapshot 1");
		assertThat(this.log.deletes()).containsExactly(poison.id());
	}

	@Test
	void aDeadLetterIsPublishedAgainWithTheResumeThatFoundItOut() {
		ReceivedCommand resume = resume();
		logged(resume, resumeOutcome());
		DeadLetter letter = unprocessable(Received.at(1, create("amara")).record());
		this.discarded.put(resume.id(), letter);
		this.queues.withOneMore(aggregate());
		assertThat(decide(resume).results().events()).containsExactly(letter, new Resume(aggregate(), resume.cause()));
	}

	@Test
	void usersAreWrittenBeforeTheirTasksAndTheLogAfterThem() {
		ReceivedCommand register = Received.at(100, register("ليلى"));
		ReceivedCommand delete = Received.at(101, new DeleteUser("amara"));
		ReceivedCommand create = Received.at(100, create("ليلى"));
		ReceivedCommand waiting = Received.at(101,
				new CreateTask(UUID.randomUUID(), "Waits", "nobody", null, TaskStatus.PENDING));
		Decisions decisions = decide(register, delete, create, waiting);
		try (RecordedWrites database = CommandBatches.database()) {
			assertThat(database.of(decisions::write)).containsExactly("insert users [ليلى]",
					"insert tasks [%s]".formatted(this.task), "delete users [amara]",
					"insert deferred_command [%s]".formatted(waiting.id()), "insert command_log [%s, %s, %s, %s]"
						.formatted(register.id(), delete.id(), create.id(), waiting.id()),
					"insert intake_position [task.commands, user.commands]");
		}
	}

	@Test
	void whereNothingNewIsDecidedItIsKnownHowFarThePollWasRead() {
		this.positions.put(USERS, new Position(START, END - 1));
		try (RecordedWrites database = CommandBatches.database()) {
			assertThat(database.of(decide()::write)).containsExactly("insert intake_position [user.commands]");
		}
		this.positions.put(USERS, new Position(START, END + 1));
		try (RecordedWrites database = CommandBatches.database()) {
			assertThat(database.of(decide()::write)).isEmpty();
		}
	}

	private static PollProgress poll(Map<TopicPartition, Long> committed) {
		return new PollProgress(bounds(), new GroupState("group", Map.of(), committed.keySet(), committed),
				PollSpans.NONE, Publication.nothing());
	}

	@Test
	void whereNothingNewIsDecidedNothingIsWritten() {
		ReceivedCommand create = Received.at(100, create("amara"));
		StoredTasks.add(this.stored, this.task, "amara", TaskStatus.PENDING, 1);
		logged(create, applied(1));
		Decisions decisions = decide(create);
		try (RecordedWrites database = CommandBatches.database()) {
			assertThat(database.of(decisions::write)).isEmpty();
		}
	}

	private static SortedMap<TopicPartition, Position> bounds() {
		SortedMap<TopicPartition, Position> bounds = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
		bounds.put(TASKS, new Position(START, END));
		bounds.put(USERS, new Position(START, END));
		return bounds;
	}

	private static DeadLetter unprocessable(ReceivedRecord record) {
		return new DeadLetter(record, DeadLetterReason.UNPROCESSABLE, "fails alone: SQLSTATE 23514");
	}

	private Decisions decisions() {
		return new Decisions(new CommandLog(), Publication.json(this.limits), new Loaded(this.log, this.resumed,
				this.discarded, this.positions, this.queues.load(), this.stored.inHand()), this.poll);
	}

	private Decisions decide(ReceivedCommand... commands) {
		Decisions decisions = decisions();
		for (ReceivedCommand command : commands) {
			decisions.decide(command);
		}
		return decisions;
	}

	/** A command that the log knows. */
	private LoggedCommand logged(ReceivedCommand received, Outcome outcome) {
		LoggedCommand logged = new LoggedCommand(received);
		logged.settle(outcome);
		this.log.adopt(received.id(), logged);
		return logged;
	}

	/** A command that waits, as the log knows. */
	private ReceivedCommand waiting(long offset, Command command, @Nullable String waitsFor) {
		ReceivedCommand received = Received.at(offset, command);
		logged(received, new Outcome.Deferred(new AggregateKey(Users.TYPE, "nobody")));
		this.queues.with(received, waitsFor);
		return received;
	}

	private static Outcome applied(long version) {
		return new Outcome.Applied(new ReadModel(Tasks.TYPE.snapshot(), version, null));
	}

	private static Outcome resumeOutcome() {
		return new Outcome.Applied(new ReadModel(Tasks.TYPE.snapshot(), null, null));
	}

	private AggregateKey aggregate() {
		return new AggregateKey(Tasks.TYPE, this.task.toString());
	}

	private ReceivedCommand resume() {
		return Received.at(105, new ResumeTask(this.task));
	}

	private CreateTask create(String username) {
		return new CreateTask(this.task, "New", username, null, TaskStatus.PENDING);
	}

	private UpdateTask assign(String username) {
		return new UpdateTask(this.task, Field.absent(), Field.absent(), Field.absent(), Field.given(username));
	}

	private static RegisterUser register(String username) {
		return new RegisterUser(username, new PasswordHash(StoredUsers.HASH));
	}

	private static List<@Nullable Verdict> verdicts(Decisions decisions) {
		List<@Nullable Verdict> verdicts = new ArrayList<>();
		decisions.results().decided().forEach((decided) -> verdicts.add(decided.verdict()));
		return verdicts;
	}

	private static List<ReadModelChanged> changes(Decisions decisions) {
		return decisions.results()
			.events()
			.stream()
			.flatMap((event) -> (event instanceof ReadModelChanged changed) ? Stream.of(changed) : Stream.empty())
			.toList();
	}

	private static String json(ReadModelChanged event) {
		return new String(Objects.requireNonNull(event.json()), StandardCharsets.UTF_8);
	}

	private static List<String> inWords(Decisions decisions) {
		return decisions.results().events().stream().map(DecisionsTests::inWords).toList();
	}

	private static String inWords(Event event) {
		return switch (event) {
			case ReadModelChanged changed -> ((changed.json() != null) ? "snapshot " : "tombstone ")
					+ ((changed.version() != null) ? changed.version() : "-");
			case CommandRejected rejected -> rejected.rejection().reason().name();
			case Resume _ -> "resumable";
			case DeadLetter letter -> letter.reason().name();
		};
	}

}
