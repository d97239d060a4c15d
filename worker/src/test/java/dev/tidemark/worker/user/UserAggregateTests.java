package dev.tidemark.worker.user;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand;
import dev.tidemark.contracts.user.UserCommand.ChangePassword;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.UserCommand.RepublishUser;
import dev.tidemark.contracts.user.UserSnapshot;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.aggregate.InHand;
import dev.tidemark.worker.aggregate.StoredAggregates;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.Outcome.Applied;
import dev.tidemark.worker.outcome.Outcome.Deferred;
import dev.tidemark.worker.outcome.Outcome.Rejected;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.state.RecordedWrites;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the rules make of each command of a user, in each state that the user can be in.
 */
class UserAggregateTests {

	private static final RecordedWrites database = StoredAggregates.database();

	private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

	@AfterAll
	static void close() {
		database.close();
	}

	@ParameterizedTest(name = "{0} expecting {1}, {2}: {3}")
	@CsvSource(nullValues = "-", value = {
			// command, expected version, state (at version 1 where there is a user),
			// outcome,
			// what the table is told
			"register, -, absent, applied 1, insert", //
			"register, 5, absent, applied 1, insert", //
			"register, -, registered, USER_ALREADY_EXISTS, -", //
			"register, 1, with tasks, USER_ALREADY_EXISTS, -", //
			"change, -, absent, USER_NOT_FOUND, -", //
			"change, 1, absent, USER_NOT_FOUND, -", //
			"change, -, registered, applied 2, update", //
			"change, 1, registered, applied 2, update", //
			"change, 2, registered, VERSION_CONFLICT, -", //
			"change, 0, with tasks, VERSION_CONFLICT, -", //
			"change, -, with tasks, applied 2, update", //
			"delete, -, absent, USER_NOT_FOUND, -", //
			"delete, -, registered, gone 2, delete", //
			"delete, 1, registered, gone 2, delete", //
			"delete, 2, registered, VERSION_CONFLICT, -", //
			"delete, -, with tasks, USER_HAS_TASKS, -", //
			"delete, 1, with tasks, USER_HAS_TASKS, -", //
			"delete, 2, with tasks, VERSION_CONFLICT, -", //
			"republish, -, absent, gone -, -", //
			"republish, -, registered, applied 1, -", //
			"republish, 9, with tasks, applied 1, -" })
	void aCommandIsDecidedByTheStateOfItsUser(String command, @Nullable Long expectedVersion, String state,
			String outcome, @Nullable String written) {
		StoredAggregates stored = state.equals("absent") ? none() : stored("amara");
		if (state.equals("with tasks")) {
			stored.referredTo(Users.TYPE, "amara");
		}
		InHand batch = stored.inHand();
		Outcome decided = batch.decide(command(command), AT, expectedVersion);
		assertThat(inAWord(decided)).isEqualTo(outcome);
		assertThat(written(batch)).isEqualTo((written != null) ? List.of(written + " users [amara]") : List.of());
	}

	@Test
	void aSnapshotTellsOfAChangeAndNothingOfThePassword() {
		Outcome outcome = decide(stored("amara").inHand(), command("change"));
		assertThat(outcome)
			.isEqualTo(new Applied(ReadModel.of(new UserSnapshot("amara", StoredUsers.REGISTERED, AT, 2))));
	}

	@Test
	void aRejectionSaysTheStateThatWasFoundAndNoName() {
		InHand batch = stored("amara").inHand();
		assertThat(decide(batch, command("register")))
			.isEqualTo(new Rejected(Users.TYPE.alreadyExists(), "user exists, at version 1"));
		assertThat(batch.decide(command("change"), AT, 3L))
			.isEqualTo(new Rejected(RejectionReason.VERSION_CONFLICT, "user is at version 1, not 3"));
		assertThat(decide(batch, new DeleteUser("ليلى")))
			.isEqualTo(new Rejected(Users.TYPE.notFound(), "user does not exist"));
	}

	@Test
	void aUserWhoComesAndGoesInOneBatchIsNotWritten() {
		InHand batch = none().inHand();
		decide(batch, command("register"));
		assertThat(inAWord(decide(batch, command("delete")))).isEqualTo("gone 2");
		assertThat(written(batch)).isEmpty();
	}

	@Test
	void aUserWhoIsDeletedAndRegistersAgainBeginsAtVersionOne() {
		InHand batch = stored("amara").inHand();
		decide(batch, command("change"));
		decide(batch, command("delete"));
		assertThat(inAWord(decide(batch, command("register")))).isEqualTo("applied 1");
		assertThat(written(batch)).containsExactly("update users [amara]");
	}

	@Test
	void whoIsRegisteredIsKnownAsTheBatchStands() {
		InHand batch = stored("amara").inHand();
		assertThat(inAWord(decide(batch, task("amara")))).isEqualTo("applied 1");
		assertThat(inAWord(decide(batch, task("nobody")))).isEqualTo("waits for nobody");
		decide(batch, new RegisterUser("nobody", new PasswordHash(StoredUsers.HASH)));
		assertThat(inAWord(decide(batch, task("nobody")))).isEqualTo("applied 1");
		decide(batch, new RegisterUser("ليلى", new PasswordHash(StoredUsers.HASH)));
		decide(batch, new DeleteUser("ليلى"));
		assertThat(inAWord(decide(batch, task("ليلى")))).isEqualTo("waits for ليلى");
	}

	/** New users before the tasks that refer to them, and users who go after. */
	@Test
	void usersAreWrittenInTheOrderThatTheirTasksNeed() {
		InHand batch = stored("amara", "佐藤").inHand();
		decide(batch, new RegisterUser("ليلى", new PasswordHash(StoredUsers.HASH)));
		decide(batch, command("delete"));
		decide(batch, new ChangePassword("佐藤", new PasswordHash(StoredUsers.HASH)));
		CreateTask task = task("ليلى");
		decide(batch, task);
		assertThat(database.of(batch::write)).containsExactly("insert users [ليلى]", "update users [佐藤]",
				"insert tasks [%s]".formatted(task.taskId()), "delete users [amara]");
	}

	private static StoredAggregates none() {
		return new StoredAggregates();
	}

	private static StoredAggregates stored(String... usernames) {
		return StoredUsers.add(none(), usernames);
	}

	private static CreateTask task(String username) {
		return new CreateTask(UUID.randomUUID(), "New", username, null, TaskStatus.PENDING);
	}

	private static List<String> written(InHand batch) {
		return database.of(batch::write);
	}

	private static Outcome decide(InHand batch, Command command) {
		return batch.decide(command, AT, null);
	}

	private static String inAWord(Outcome outcome) {
		return switch (outcome) {
			case Applied(ReadModel(var type, var version, var snapshot)) -> {
				assertThat(type.wireName()).endsWith((snapshot != null) ? ".snapshot.v1" : ".deleted.v1");
				yield ((snapshot != null) ? "applied " : "gone ") + ((version != null) ? version : "-");
			}
			case Rejected(var reason, var _) -> reason.name();
			case Deferred(var absent) -> "waits for " + absent.key();
		};
	}

	private static UserCommand command(String word) {
		return switch (word) {
			case "register" -> new RegisterUser("amara", new PasswordHash(StoredUsers.HASH));
			case "change" -> new ChangePassword("amara", new PasswordHash(StoredUsers.HASH));
			case "delete" -> new DeleteUser("amara");
			case "republish" -> new RepublishUser("amara");
			default -> throw new IllegalArgumentException(word);
		};
	}

}
