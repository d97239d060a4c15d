package dev.tidemark.contracts;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tidemark.contracts.shipped.ShippedAggregates;
import dev.tidemark.contracts.task.TaskCommand;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How a type reads its data.
 */
class CommandTypeTests {

	private static final UUID TASK_ID = UUID.fromString("0b7e4a0e-6d0a-4f0c-9a51-3f3f0a6b2c11");

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#commandTypes")
	void typeIsFoundByItsNameOnTheWire(CommandType type) {
		assertThat(ShippedAggregates.CATALOGUE.command(type.wireName())).isSameAs(type);
		assertThat(ShippedAggregates.CATALOGUE.command(type.wireName() + " ")).isNull();
	}

	@Test
	void misspeltMemberIsNamedBeforeTheOneThatIsMissing() {
		assertThatExceptionOfType(MalformedDataException.class).isThrownBy(
				() -> Tasks.CREATE.read(Map.of("taskId", TASK_ID.toString(), "titel", "Buy milk", "username", "ada")))
			.withMessage("titel: is unknown, known are taskId, title, username, description, status")
			.satisfies((ex) -> assertThat(ex.field()).isEqualTo("titel"));
	}

	@Test
	void missingMemberIsNotANullOne() {
		Map<String, @Nullable Object> data = new HashMap<>();
		data.put("taskId", TASK_ID.toString());
		data.put("username", "ada");
		assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> Tasks.CREATE.read(data))
			.withMessage("title: is missing");
		data.put("title", null);
		assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> Tasks.CREATE.read(data))
			.withMessage("title: must not be null");
	}

	@Test
	void taskIsPendingUnlessItsCreatorSaysOtherwise() {
		Command command = Tasks.CREATE
			.read(Map.of("taskId", TASK_ID.toString(), "title", "Buy milk", "username", "ada"));
		assertThat(command).isEqualTo(new TaskCommand.CreateTask(TASK_ID, "Buy milk", "ada", null, TaskStatus.PENDING));
		assertThat(command.data()).containsExactly(Map.entry("taskId", TASK_ID.toString()),
				Map.entry("title", "Buy milk"), Map.entry("username", "ada"), Map.entry("status", "pending"));
	}

	@Test
	void updateTellsAbsentFromCleared() {
		Map<String, @Nullable Object> data = new LinkedHashMap<>();
		data.put("taskId", TASK_ID.toString());
		data.put("description", null);
		data.put("status", "done");
		Command command = Tasks.UPDATE.read(data);
		assertThat(command).isInstanceOfSatisfying(TaskCommand.UpdateTask.class, (update) -> {
			assertThat(update.title().isGiven()).isFalse();
			assertThat(update.description().isGiven()).isTrue();
			assertThat(update.description().value()).isNull();
			assertThat(update.status()).isEqualTo(Field.given(TaskStatus.DONE));
			assertThat(update.username()).isEqualTo(Field.absent());
		});
		assertThat(command.data()).containsExactlyEntriesOf(data);
	}

	@Test
	void dataCannotBeChanged() {
		Map<String, @Nullable Object> data = new TaskCommand.DeleteTask(TASK_ID).data();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> data.put("title", "x"));
	}

}
