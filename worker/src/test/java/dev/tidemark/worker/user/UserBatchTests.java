package dev.tidemark.worker.user;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.PasswordHash;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.UserCommand;
import dev.tidemark.contracts.UserCommand.ChangePassword;
import dev.tidemark.contracts.UserCommand.DeleteUser;
import dev.tidemark.contracts.UserCommand.RegisterUser;
import dev.tidemark.contracts.UserCommand.RepublishUser;
import dev.tidemark.contracts.UserSnapshot;
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
class UserBatchTests {

	private static final RecordedWrites database = new RecordedWrites(User.class);

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
		UserBatch batch = state.equals("absent") ? StoredUsers.of() : StoredUsers.of("amara");
		Outcome decided = batch.decide(command(command), AT, expectedVersion,
				(username) -> username.equals("amara") && state.equals("with tasks"));
		assertThat(inAWord(decided)).isEqualTo(outcome);
		assertThat(written(batch)).isEqualTo((written != null) ? List.of(written + " users [amara]") : List.of());
	}

	@Test
	void aSnapshotTellsOfAChangeAndNothingOfThePassword() {
		Outcome outcome = decide(StoredUsers.of("amara"), command("change"));
		assertThat(outcome)
			.isEqualTo(new Applied(ReadModel.of(new UserSnapshot("amara", StoredUsers.REGISTERED, AT, 2))));
	}

	@Test
	void aRejectionSaysTheStateThatWasFoundAndNoName() {
		UserBatch batch = StoredUsers.of("amara");
		assertThat(decide(batch, command("register")))
			.isEqualTo(new Rejected(RejectionReason.USER_ALREADY_EXISTS, "user exists, at version 1"));
		assertThat(batch.decide(command("change"), AT, 3L, (_) -> false))
			.isEqualTo(new Rejected(RejectionReason.VERSION_CONFLICT, "user is at version 1, not 3"));
		assertThat(decide(batch, new DeleteUser("ليلى")))
			.isEqualTo(new Rejected(RejectionReason.USER_NOT_FOUND, "user does not exist"));
	}

	@Test
	void aUserWhoComesAndGoesInOneBatchIsNotWritten() {
		UserBatch batch = StoredUsers.of();
		decide(batch, command("register"));
		assertThat(inAWord(decide(batch, command("delete")))).isEqualTo("gone 2");
		assertThat(written(batch)).isEmpty();
	}

	@Test
	void aUserWhoIsDeletedAndRegistersAgainBeginsAtVersionOne() {
		UserBatch batch = StoredUsers.of("amara");
		decide(batch, command("change"));
		decide(batch, command("delete"));
		assertThat(inAWord(decide(batch, command("register")))).isEqualTo("applied 1");
		assertThat(written(batch)).containsExactly("update users [amara]");
	}

	@Test
	void whoIsRegisteredIsKnownAsTheBatchStands() {
		UserBatch batch = StoredUsers.of("amara");
		batch.found("only named");
		assertThat(batch.contains("amara")).isTrue();
		assertThat(batch.contains("only named")).isTrue();
		assertThat(batch.contains("nobody")).isFalse();
		decide(batch, new RegisterUser("nobody", new PasswordHash(StoredUsers.HASH)));
		assertThat(batch.contains("nobody")).isTrue();
		decide(batch, command("delete"));
		assertThat(batch.contains("amara")).isFalse();
	}

	/** Tasks are written between the two. */
	@Test
	void newUsersAreWrittenApartFromThoseThatGo() {
		UserBatch batch = StoredUsers.of("amara", "佐藤");
		decide(batch, new RegisterUser("ليلى", new PasswordHash(StoredUsers.HASH)));
		decide(batch, command("delete"));
		decide(batch, new ChangePassword("佐藤", new PasswordHash(StoredUsers.HASH)));
		assertThat(database.of(batch::write)).containsExactly("insert users [ليلى]", "update users [佐藤]");
		assertThat(database.of(batch::delete)).containsExactly("delete users [amara]");
	}

	private static List<String> written(UserBatch batch) {
		return Stream.concat(database.of(batch::write).stream(), database.of(batch::delete).stream()).toList();
	}

	private static Outcome decide(UserBatch batch, UserCommand command) {
		return batch.decide(command, AT, null, (_) -> false);
	}

	private static String inAWord(Outcome outcome) {
		return switch (outcome) {
			case Applied(ReadModel(var type, var version, var snapshot)) -> {
				assertThat(type).isEqualTo((snapshot != null) ? EventType.USER_SNAPSHOT : EventType.USER_DELETED);
				yield ((snapshot != null) ? "applied " : "gone ") + ((version != null) ? version : "-");
			}
			case Rejected(var reason, var _) -> reason.name();
			case Deferred(var username) -> "waits for " + username;
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
