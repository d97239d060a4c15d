package dev.tidemark.worker.topics;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Topics;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which topic has which name.
 */
class TopicPropertiesTests {

	static List<EventType> events() {
		return Catalogue.installed().events();
	}

	@ParameterizedTest
	@MethodSource("events")
	void anEventGoesWhereTheContractSaysUnlessItIsConfiguredOtherwise(EventType type) {
		assertThat(FoundTopics.names().of(type)).isEqualTo(type.topic());
		TopicProperties configured = FoundTopics
			.names(Map.of("task-read-model", "t", "user-read-model", "u", "command-rejections", "r"));
		assertThat(configured.of(type)).isEqualTo(switch (type.topic()) {
			case "task.read-model" -> "t";
			case "user.read-model" -> "u";
			case Topics.COMMAND_REJECTIONS -> "r";
			default -> type.topic();
		});
	}

	@Test
	void byDefaultTheNamesAreTheContracts() {
		TopicProperties topics = FoundTopics.names();
		Collection<AggregateType> types = Catalogue.installed().aggregates();
		assertThat(topics.commands()).isEqualTo(types.stream().map(AggregateType::commandTopic).toList());
		assertThat(topics.published()).containsAll(types.stream().map(AggregateType::readModelTopic).toList())
			.contains(Topics.COMMAND_REJECTIONS)
			.containsAll(types.stream().map(AggregateType::deadLetterTopic).toList())
			.hasSize(2 * types.size() + 1);
		assertThat(topics.create()).isFalse();
	}

	@Test
	void deadLettersFollowTheNameOfTheirCommands() {
		TopicProperties topics = FoundTopics.names(Map.of("task-commands", "acme.tasks"));
		assertThat(topics.deadLetters("acme.tasks")).isEqualTo("acme.tasks-dlt");
		assertThat(topics.deadLetters(Users.TYPE.commandTopic())).isEqualTo("user.commands-dlt");
	}

	@Test
	void deadLettersMayHaveNamesOfTheirOwn() {
		TopicProperties topics = FoundTopics.names(Map.of("task-commands-dlt", "graveyard.tasks"));
		assertThat(topics.deadLetters(Tasks.TYPE.commandTopic())).isEqualTo("graveyard.tasks");
		assertThat(topics.deadLetters(Users.TYPE.commandTopic())).isEqualTo("user.commands-dlt");
		assertThat(topics.published()).contains("graveyard.tasks").doesNotContain("task.commands-dlt");
	}

}
