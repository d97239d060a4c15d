package dev.tidemark.worker.topics;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Topics;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which topic has which name.
 */
class TopicPropertiesTests {

	@ParameterizedTest
	@EnumSource
	void anEventGoesWhereTheContractSaysUnlessItIsConfiguredOtherwise(EventType type) {
		assertThat(FoundTopics.names().of(type)).isEqualTo(type.topic());
		TopicProperties configured = FoundTopics
			.names(Map.of("task-read-model", "t", "user-read-model", "u", "command-rejections", "r"));
		assertThat(configured.of(type)).isEqualTo(switch (type) {
			case TASK_SNAPSHOT, TASK_DELETED -> "t";
			case USER_SNAPSHOT, USER_DELETED -> "u";
			case COMMAND_REJECTED -> "r";
		});
	}

	@Test
	void byDefaultTheNamesAreTheContracts() {
		TopicProperties topics = FoundTopics.names();
		assertThat(topics.commands()).containsExactly(Topics.TASK_COMMANDS, Topics.USER_COMMANDS);
		assertThat(topics.published()).containsExactly(Topics.TASK_READ_MODEL, Topics.USER_READ_MODEL,
				Topics.COMMAND_REJECTIONS, Topics.TASK_COMMANDS_DLT, Topics.USER_COMMANDS_DLT);
		assertThat(topics.create()).isFalse();
	}

	@Test
	void deadLettersFollowTheNameOfTheirCommands() {
		TopicProperties topics = FoundTopics.names(Map.of("task-commands", "acme.tasks"));
		assertThat(topics.deadLetters("acme.tasks")).isEqualTo("acme.tasks-dlt");
		assertThat(topics.deadLetters(Topics.USER_COMMANDS)).isEqualTo("user.commands-dlt");
	}

	@Test
	void deadLettersMayHaveNamesOfTheirOwn() {
		TopicProperties topics = FoundTopics.names(Map.of("task-commands-dlt", "graveyard.tasks"));
		assertThat(topics.deadLetters(Topics.TASK_COMMANDS)).isEqualTo("graveyard.tasks");
		assertThat(topics.deadLetters(Topics.USER_COMMANDS)).isEqualTo("user.commands-dlt");
		assertThat(topics.published()).contains("graveyard.tasks").doesNotContain("task.commands-dlt");
	}

}
