package dev.tidemark.contracts;

import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.task.TaskCommand;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.user.UserCommand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * No command exists that breaks a rule of the wire.
 */
class CommandTests {

	private static final UUID TASK_ID = UUID.fromString("0B7E4A0E-6D0A-4F0C-9A51-3F3F0A6B2C11");

	@Test
	void keyOfATaskIsLowerCase() {
		assertThat(new TaskCommand.CompleteTask(TASK_ID).key()).isEqualTo("0b7e4a0e-6d0a-4f0c-9a51-3f3f0a6b2c11");
	}

	@Test
	void keyOfAUserIsTheUsername() {
		assertThat(new UserCommand.DeleteUser("Ada").key()).isEqualTo("Ada");
	}

	@Test
	void lengthIsCountedInCodePoints() {
		assertThatNoException().isThrownBy(() -> create("🌊".repeat(1_024), "🌊".repeat(255), "🌊".repeat(65_536)));
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> create("🌊".repeat(1_025), "ada", null))
			.withMessage("title: must have 1 to 1024 code points");
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> create("Buy milk", "🌊".repeat(256), null))
			.withMessage("username: must have 1 to 255 code points");
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> create("Buy milk", "ada", "🌊".repeat(65_537)))
			.withMessage("description: must have 0 to 65536 code points");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\uD83C", "\uDF0A", "a\uD83C", "\uD83Ca", "\uDF0A\uD83C", "\uD83C\uD83C\uDF0A" })
	void loneSurrogateIsRefusedInAnyText(String text) {
		assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> create(text, "ada", null))
			.withMessage("title: must not contain a lone surrogate");
		assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> create("Buy milk", text, null))
			.withMessage("username: must not contain a lone surrogate");
		assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> create("Buy milk", "ada", text))
			.withMessage("description: must not contain a lone surrogate");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0x01, 0x09, 0x0a, 0x1f, 0x7f, 0x80, 0x85, 0x9f })
	void controlCharacterIsRefusedInAUsernameOnly(int codePoint) {
		String text = "a" + Character.toString(codePoint);
		assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> create("Buy milk", text, null))
			.withMessage("username: must not contain a control character");
		assertThatNoException().isThrownBy(() -> create(text, "ada", text));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0x20, 0xa0, 0xad, 0x200d, 0x202e, 0xfeff, 0xffff, 0x10ffff })
	void anythingElseIsAllowedInAUsername(int codePoint) {
		String text = Character.toString(codePoint);
		assertThatNoException().isThrownBy(() -> create("Buy milk", text, null));
	}

	@Test
	void updateChecksWhatIsGiven() {
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> new TaskCommand.UpdateTask(TASK_ID, Field.absent(), Field.absent(), Field.absent(),
					Field.absent()))
			.withMessage("data must have at least one of title, description, status, username")
			.satisfies((ex) -> assertThat(ex.field()).isNull());
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> new TaskCommand.UpdateTask(TASK_ID, Field.given(""), Field.absent(), Field.absent(),
					Field.absent()))
			.withMessageStartingWith("title: ");
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> new TaskCommand.UpdateTask(TASK_ID, Field.absent(), Field.given("\0"), Field.absent(),
					Field.absent()))
			.withMessageStartingWith("description: ");
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> new TaskCommand.UpdateTask(TASK_ID, Field.absent(), Field.absent(), Field.absent(),
					Field.given("\t")))
			.withMessageStartingWith("username: ");
	}

	@Test
	@SuppressWarnings("NullAway") // what callers without a null checker may do
	void nullIsRefused() {
		assertThatNullPointerException().isThrownBy(() -> new TaskCommand.CompleteTask(null)).withMessage("taskId");
		assertThatNullPointerException()
			.isThrownBy(() -> new TaskCommand.CreateTask(TASK_ID, "Buy milk", "ada", null, null))
			.withMessage("status");
		assertThatNullPointerException().isThrownBy(() -> new UserCommand.RegisterUser("ada", null))
			.withMessage("passwordHash");
		assertThatNullPointerException().isThrownBy(() -> new UserCommand.DeleteUser(null));
	}

	@Test
	void absentFieldHasNoValue() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> Field.absent().value());
	}

	@Test
	void nameThatAStrangerChoseIsMadePrintable() {
		assertThat(new MalformedDataException("a\nb\u202Ec\uD83C", "is unknown"))
			.hasMessage("a\uFFFDb\uFFFDc\uFFFD: is unknown")
			.satisfies((ex) -> assertThat(ex.field()).isEqualTo("a\nb\u202Ec\uD83C"));
		assertThat(new MalformedDataException("🌊".repeat(64), "is unknown"))
			.hasMessage("🌊".repeat(64) + ": is unknown");
		assertThat(new MalformedDataException("🌊".repeat(65), "is unknown"))
			.hasMessage("🌊".repeat(64) + "…: is unknown");
	}

	private static TaskCommand create(String title, String username, @Nullable String description) {
		return new TaskCommand.CreateTask(TASK_ID, title, username, description, TaskStatus.PENDING);
	}

}
