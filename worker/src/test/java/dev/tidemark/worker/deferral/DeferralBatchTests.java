package dev.tidemark.worker.deferral;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.util.ReflectionTestUtils;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Received;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.reading.Readers;
import dev.tidemark.worker.state.RecordedWrites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What waits for a task goes on in the order in which it came, however much of it is
 * loaded.
 */
class DeferralBatchTests {

	private static final RecordedWrites database = new RecordedWrites(DeferredCommand.class);

	private final UUID taskId = UUID.randomUUID();

	private final AggregateKey task = new AggregateKey(Tasks.TYPE, this.taskId.toString());

	private final ReceivedCommand create = Received.at(1,
			new CreateTask(this.taskId, "Title", "nobody", null, TaskStatus.PENDING));

	private final ReceivedCommand complete = Received.at(2, new CompleteTask(this.taskId));

	private final ReceivedCommand delete = Received.at(3, new DeleteTask(this.taskId));

	@AfterAll
	static void close() {
		database.close();
	}

	@Test
	void whereNothingWaitsThereIsNoFirst() {
		DeferralBatch queues = new StoredQueues().load();
		assertThat(queues.isWaiting(this.task)).isFalse();
		assertThat(queues.first(this.task)).isNull();
		assertThat(queues.discardedBy(this.task)).isNull();
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> queues.takeFirst(this.task));
	}

	@Test
	void firstComeFirstServed() {
		DeferralBatch queues = new StoredQueues().with(this.create, "nobody").with(this.complete, null).load();
		queues.defer(this.delete, null);
		assertThat(takeAll(queues)).containsExactly(this.create.id(), this.complete.id(), this.delete.id());
		assertThat(queues.isWaiting(this.task)).isFalse();
	}

	@Test
	void queuesOfTasksDoNotMix() {
		UUID other = UUID.randomUUID();
		ReceivedCommand others = Received.at(4, new CompleteTask(other));
		DeferralBatch queues = new StoredQueues().with(this.create, "nobody").with(others, "nobody").load();
		queues.takeFirst(this.task);
		assertThat(queues.isWaiting(this.task)).isFalse();
		assertThat(queues.first(AggregateKey.of(others.command()))).isEqualTo(others.id());
	}

	@Test
	void aCommandIsGivenBackAsItWasReceived() {
		DeferralBatch queues = new StoredQueues().with(Received.expecting(null, this.create), "nobody").load();
		ReceivedCommand waiting = queues.received(this.task);
		assertThat(waiting.command()).isEqualTo(this.create.command());
		assertThat(waiting.cause()).isEqualTo(this.create.cause());
		assertThat(waiting.coordinates()).isEqualTo(this.create.coordinates());
		assertThat(waiting.record().headers()).isEqualTo(this.create.record().headers());
		assertThat(queues.commands()).containsExactly(this.create.command());
		assertThat(queues.commandIds()).containsExactly(this.create.id());
	}

	@Test
	void whatIsNotLoadedIsKnownToWaitAndIsNotTakenUp() {
		DeferralBatch queues = new StoredQueues().withOneMore(this.task).load();
		assertThat(queues.isWaiting(this.task)).isTrue();
		assertThat(queues.first(this.task)).isNull();
	}

	@Test
	void aQueueThatIsLoadedInPartIsTakenUpToWhereItIsLoaded() {
		DeferralBatch queues = new StoredQueues().with(this.create, "nobody").withOneMore(this.task).load();
		assertThat(takeAll(queues)).containsExactly(this.create.id());
		assertThat(queues.isWaiting(this.task)).isTrue();
	}

	@Test
	void whatComesNowDoesNotOvertakeWhatIsNotLoaded() {
		DeferralBatch queues = new StoredQueues().with(this.create, "nobody").withOneMore(this.task).load();
		queues.defer(this.delete, null);
		assertThat(takeAll(queues)).containsExactly(this.create.id());
		assertThat(queues.isWaiting(this.task)).isTrue();
		assertThat(database.of(queues::write)).containsExactly(deleted(this.create), inserted(this.delete));
	}

	@Test
	void aPlaceInTheQueueIsBehindAllThatWereStored() {
		DeferralBatch queues = new StoredQueues().withOneMore(this.task).withOneMore(this.task).load();
		queues.defer(this.complete, null);
		queues.defer(this.delete, null);
		assertThat(database.inserted("position", queues::write)).containsExactly("3", "4");
	}

	@Test
	void aNewQueueBeginsAtTheFirstPlace() {
		DeferralBatch queues = new StoredQueues().load();
		queues.defer(this.create, user("nobody"));
		assertThat(queues.first(this.task)).isEqualTo(this.create.id());
		assertThat(database.inserted("position", queues::write)).containsExactly("1");
		assertThat(database.inserted("waitsForKey", queues::write)).containsExactly("nobody");
		assertThat(database.inserted("waitsForAggregate", queues::write)).containsExactly("user");
		assertThat(database.of(queues::write)).containsExactly(inserted(this.create));
	}

	@Test
	void whatWaitsAndGoesOnInOneBatchIsNotWritten() {
		DeferralBatch queues = new StoredQueues().load();
		queues.defer(this.create, user("nobody"));
		queues.takeFirst(this.task);
		assertThat(database.of(queues::write)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "2026-11-20T09:59:59.999999Z, false", "2026-11-20T10:00:00Z, true", "2026-11-20T10:00:01Z, true" })
	void timeIsUpWhenACommandHasWaitedForAsLongAsItMay(Instant expiredBefore, boolean expired) {
		DeferralBatch queues = new StoredQueues().with(this.create, "nobody").expiredBefore(expiredBefore).load();
		assertThat(queues.isExpired(this.task)).isEqualTo(expired);
	}

	@Test
	void timeIsNeverUpForWhatHasJustCome() {
		DeferralBatch queues = new StoredQueues().expiredBefore(Instant.MAX).load();
		queues.defer(this.create, user("nobody"));
		assertThat(queues.isExpired(this.task)).isFalse();
	}

	@Test
	void theNewFirstWaitsForItsOwnUser() {
		DeferralBatch queues = new StoredQueues().with(this.create, "nobody").with(this.complete, null).load();
		queues.takeFirst(this.task);
		queues.firstWaitsFor(this.task, user("somebody else"));
		assertThat(database.of(queues::write)).containsExactly(deleted(this.create), updated(this.complete));
	}

	@Test
	void whoStillWaitsForTheSameUserIsNotWritten() {
		DeferralBatch queues = new StoredQueues().with(this.create, "nobody").load();
		queues.firstWaitsFor(this.task, user("nobody"));
		assertThat(database.of(queues::write)).isEmpty();
	}

	/** Otherwise no other would be sent. */
	@Test
	void aResumeThatHasComeIsOnItsWayNoMore() {
		DeferralBatch queues = new StoredQueues().with(this.create, "nobody").resumed().load();
		queues.firstWaitsFor(this.task, user("nobody"));
		assertThat(database.of(queues::write)).containsExactly(updated(this.create));
	}

	@Test
	void whatIsDiscardedStaysFirstAndHasTheSameDeadLetterEachTime() {
		DeferralBatch queues = new StoredQueues().with(this.create, "nobody").with(this.complete, null).load();
		UUID resume = UUID.randomUUID();
		DeadLetter letter = queues.discardFirst(this.task, resume,
				(record) -> new DeadLetter(record, DeadLetterReason.UNPROCESSABLE, "fails alone: SQLSTATE 23514"));
		assertThat(letter.record().coordinates()).isEqualTo(this.create.coordinates());
		assertThat(letter.reason()).isEqualTo(DeadLetterReason.UNPROCESSABLE);
		assertThat(letter.detail()).isEqualTo("fails alone: SQLSTATE 23514");
		assertThat(queues.first(this.task)).isEqualTo(this.create.id());
		assertThat(queues.discardedBy(this.task)).isEqualTo(resume);
		assertThat(database.of(queues::write)).containsExactly(updated(this.create));
	}

	@Test
	void whoHasDiscardedIsAskedForOnce() {
		UUID resume = UUID.randomUUID();
		DeferralBatch queues = new StoredQueues().with(this.create, "nobody")
			.discardedBy(resume)
			.with(this.complete, null)
			.load();
		assertThat(queues.discarders()).containsExactly(resume);
		queues.takeFirst(this.task);
		assertThat(queues.discardedBy(this.task)).isNull();
	}

	/** As after a change of the rules, or of the topics' names. */
	@Test
	void whatCannotBeReadAnyMoreIsFoundOutWhenItsTurnComes() {
		DeferredCommand unreadable = new DeferredCommand(this.complete, 2, null);
		ReflectionTestUtils.setField(unreadable, "topic", "elsewhere");
		DeferredCommand readable = new DeferredCommand(this.create, 1, user("nobody"));
		DeferralBatch queues = new DeferralBatch(Map.of(this.task, 2), List.of(readable, unreadable), Readers.reader(),
				Instant.MIN);
		assertThat(queues.received(this.task).id()).isEqualTo(this.create.id());
		queues.takeFirst(this.task);
		assertThatIllegalStateException().isThrownBy(() -> queues.received(this.task))
			.withStackTraceContaining("no command of this topic has the type");
	}

	private static AggregateKey user(String name) {
		return new AggregateKey(Users.TYPE, name);
	}

	private List<UUID> takeAll(DeferralBatch queues) {
		List<UUID> taken = new ArrayList<>();
		for (UUID id = queues.first(this.task); id != null; id = queues.first(this.task)) {
			taken.add(id);
			queues.takeFirst(this.task);
		}
		return taken;
	}

	private static String inserted(ReceivedCommand command) {
		return "insert deferred_command [%s]".formatted(command.id());
	}

	private static String updated(ReceivedCommand command) {
		return "update deferred_command [%s]".formatted(command.id());
	}

	private static String deleted(ReceivedCommand command) {
		return "delete deferred_command [%s]".formatted(command.id());
	}

}
