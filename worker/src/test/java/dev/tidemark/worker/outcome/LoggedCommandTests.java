package dev.tidemark.worker.outcome;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.Received;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.Tracing;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is remembered of a command is enough to tell what comes again.
 */
class LoggedCommandTests {

	private static final UUID TASK = UUID.fromString("5a3f4eaf-d364-4d56-ac36-0ab04d74ae9a");

	private final ReceivedCommand received = Received.at(17, create("Title"));

	private final LoggedCommand logged = new LoggedCommand(this.received);

	@Test
	void isKnownByItsRecord() {
		assertThat(this.logged.cameIn(new Coordinates("task.commands", 0, 17))).isTrue();
		assertThat(this.logged.cameIn(new Coordinates("task.commands", 0, 18))).isFalse();
		assertThat(this.logged.cameIn(new Coordinates("task.commands", 1, 17))).isFalse();
		assertThat(this.logged.cameIn(new Coordinates("user.commands", 0, 17))).isFalse();
	}

	@Test
	void isDifferentInTypeKeyAndDataOnly() {
		assertThat(this.logged.differences(create("Title"))).isEmpty();
		assertThat(this.logged.differences(create("Other"))).containsExactly("data");
		assertThat(this.logged.differences(new CompleteTask(TASK))).containsExactly("type", "data");
		LoggedCommand completed = new LoggedCommand(Received.at(1, new CompleteTask(TASK)));
		assertThat(completed.differences(new DeleteTask(TASK))).containsExactly("type");
		assertThat(completed.differences(new CompleteTask(UUID.randomUUID()))).containsExactly("key", "data");
	}

	@Test
	void remembersTheVersionThatItMade() {
		this.logged.settle(new Outcome.Applied(new ReadModel(Tasks.TYPE.snapshot(), 3L, null)));
		assertThat(this.logged.getOutcome()).isEqualTo(Verdict.APPLIED);
		assertThat(this.logged.getVersion()).isEqualTo(3);
		assertThat(this.logged.getReason()).isNull();
	}

	@Test
	void remembersWhyItWasRejected() {
		this.logged.settle(new Outcome.Rejected(RejectionReason.VERSION_CONFLICT, "at version 3, not 1"));
		assertThat(this.logged.getOutcome()).isEqualTo(Verdict.REJECTED);
		assertThat(this.logged.getReason()).isEqualTo(RejectionReason.VERSION_CONFLICT);
		assertThat(this.logged.getDetail()).isEqualTo("at version 3, not 1");
		assertThat(this.logged.getVersion()).isNull();
	}

	@Test
	void isDeferredUntilItIsTakenUp() {
		this.logged.settle(new Outcome.Deferred(new AggregateKey(Users.TYPE, "nobody")));
		assertThat(this.logged.getOutcome()).isEqualTo(Verdict.DEFERRED);
		UUID resume = UUID.randomUUID();
		Tracing tracing = new Tracing("correlation", null, null, null, null);
		this.logged.resumedBy(resume, tracing);
		this.logged.settle(new Outcome.Applied(new ReadModel(Tasks.TYPE.snapshot(), 1L, null)));
		assertThat(this.logged.getOutcome()).isEqualTo(Verdict.APPLIED);
		assertThat(this.logged.getResumedBy()).isEqualTo(resume);
		assertThat(this.logged.cause()).isEqualTo(new Cause(this.received.id(), Received.AT, tracing));
	}

	@Test
	void passesNothingOnUnlessItHadToWait() {
		assertThat(this.logged.cause()).isEqualTo(new Cause(this.received.id(), Received.AT, Tracing.NONE));
	}

	@Test
	void isEqualByItsId() {
		LoggedCommand same = new LoggedCommand(Received.at(99, this.received.id(), new DeleteTask(TASK)));
		assertThat(this.logged).isEqualTo(same).hasSameHashCodeAs(same);
		assertThat(this.logged).isNotEqualTo(new LoggedCommand(Received.at(17, create("Title"))));
		assertThat(this.logged.commandType()).isEqualTo(Tasks.CREATE);
	}

	/** The log has them, from releases before this one. */
	@ParameterizedTest
	@EnumSource
	void verdictsAreKeptInLowerCase(Verdict verdict) {
		Verdict.ColumnConverter column = new Verdict.ColumnConverter();
		assertThat(List.of("applied", "rejected", "deferred")).contains(column.convertToDatabaseColumn(verdict));
		assertThat(column.convertToEntityAttribute(column.convertToDatabaseColumn(verdict))).isEqualTo(verdict);
	}

	private static CreateTask create(String title) {
		return new CreateTask(TASK, title, "amara", null, TaskStatus.PENDING);
	}

}
