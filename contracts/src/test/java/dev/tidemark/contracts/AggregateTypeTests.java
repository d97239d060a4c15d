package dev.tidemark.contracts;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What belongs to a type of aggregate is found by its name.
 */
class AggregateTypeTests {

	@Test
	void namesAreThoseOnTheWire() {
		assertThat(AggregateType.TASK.commandTopic()).isEqualTo(Topics.TASK_COMMANDS);
		assertThat(AggregateType.TASK.readModelTopic()).isEqualTo(Topics.TASK_READ_MODEL);
		assertThat(AggregateType.USER.commandTopic()).isEqualTo(Topics.USER_COMMANDS);
		assertThat(AggregateType.USER.readModelTopic()).isEqualTo(Topics.USER_READ_MODEL);
		assertThat(AggregateType.of("user")).isEqualTo(AggregateType.USER);
		assertThat(AggregateType.of("users")).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void eventsAreOnTheTypesOwnTopic(AggregateType type) {
		assertThat(List.of(type.snapshot(), type.tombstone())).allSatisfy((event) -> {
			assertThat(event.topic()).isEqualTo(type.readModelTopic());
			assertThat(event.wireName()).startsWith("dev.tidemark." + type.wireName() + ".");
		});
		assertThat(type.snapshot().wireName()).endsWith(".snapshot.v1");
		assertThat(type.tombstone().wireName()).endsWith(".deleted.v1");
	}

	@ParameterizedTest
	@EnumSource
	void reasonsHaveTheTypesName(AggregateType type) {
		assertThat(type.alreadyExists().name()).isEqualToIgnoringCase(type.wireName() + "_already_exists");
		assertThat(type.notFound().name()).isEqualToIgnoringCase(type.wireName() + "_not_found");
	}

	@Test
	void onlyWhatIsReferredToHasChildren() {
		assertThat(AggregateType.USER.has(AggregateType.TASK)).isEqualTo(RejectionReason.USER_HAS_TASKS);
		assertThatIllegalArgumentException().isThrownBy(() -> AggregateType.TASK.has(AggregateType.USER));
	}

	@ParameterizedTest
	@EnumSource
	void everyCommandIsOfItsTypeAndHasAVerb(CommandType type) {
		assertThat(type.wireName()).startsWith("dev.tidemark." + type.aggregate().wireName() + ".");
		assertThat(type.topic()).isEqualTo(type.aggregate().commandTopic());
		if (type.verb() != Verb.CHANGE) {
			assertThat(CommandType.of(type.aggregate(), type.verb())).isEqualTo(type);
		}
	}

	@Test
	void aHashIsNobodysToRead() {
		assertThat(CommandType.REGISTER_USER.shownMembers()).containsExactly("username");
		assertThat(CommandType.CREATE_TASK.shownMembers()).isEqualTo(CommandType.CREATE_TASK.members());
	}

	@Test
	void whatCanBeAskedOfATypeIsFoundByItsVerb() {
		assertThat(Arrays.stream(Verb.values()).map((verb) -> CommandType.of(AggregateType.USER, verb)))
			.containsExactly(CommandType.REGISTER_USER, CommandType.CHANGE_PASSWORD, CommandType.DELETE_USER,
					CommandType.REPUBLISH_USER, null);
	}

}
