package dev.tidemark.worker.outcome;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fingerprints tell data apart, and nothing else.
 */
class FingerprintTests {

	private static final UUID TASK = UUID.fromString("5a3f4eaf-d364-4d56-ac36-0ab04d74ae9a");

	@Test
	void areTheSameHoweverTheDataWereWritten() {
		Map<String, @Nullable String> inOrder = new LinkedHashMap<>();
		inOrder.put("taskId", TASK.toString());
		inOrder.put("title", "Buy milk");
		inOrder.put("username", "ada");
		Map<String, @Nullable String> otherwise = new LinkedHashMap<>();
		otherwise.put("status", "pending");
		otherwise.put("username", "ada");
		otherwise.put("description", null);
		otherwise.put("title", "Buy milk");
		otherwise.put("taskId", TASK.toString());
		assertThat(Fingerprint.of(Tasks.CREATE.read(otherwise))).isEqualTo(Fingerprint.of(Tasks.CREATE.read(inOrder)));
	}

	@Test
	void areOthersForOtherData() {
		Map<String, @Nullable String> cleared = new HashMap<>();
		cleared.put("taskId", TASK.toString());
		cleared.put("description", null);
		List<Command> commands = List.of(create("Buy milk", null), create("Buy milk ", null), create("Buy", " milk"),
				create("Buy milk", ""), create("Buy milk", "pending"), new CompleteTask(TASK),
				new CompleteTask(UUID.fromString("5a3f4eaf-d364-4d56-ac36-0ab04d74ae9b")), update("a"), update("b"),
				Tasks.UPDATE.read(cleared));
		Set<Integer> fingerprints = new HashSet<>();
		commands.forEach((command) -> fingerprints.add(Fingerprint.of(command)));
		assertThat(fingerprints).hasSameSizeAs(commands);
	}

	@Test
	void areOfTheDataAlone() {
		assertThat(Fingerprint.of(new DeleteTask(TASK))).isEqualTo(Fingerprint.of(new CompleteTask(TASK)));
	}

	/** The log has them, from releases before this one. */
	@Test
	void stayWhatTheyAre() {
		assertThat(Fingerprint.of(new CompleteTask(TASK))).isEqualTo(-507_230_525);
		assertThat(Fingerprint.of(create("Buy milk \u2713 \uD83D\uDE00", null))).isEqualTo(629_187_716);
		assertThat(Fingerprint.of(new RegisterUser("ada",
				new PasswordHash("$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"))))
			.isEqualTo(441_993_063);
	}

	private static CreateTask create(String title, @Nullable String description) {
		return new CreateTask(TASK, title, "ada", description, TaskStatus.PENDING);
	}

	private static UpdateTask update(String title) {
		return new UpdateTask(TASK, Field.given(title), Field.absent(), Field.absent(), Field.absent());
	}

}
