package dev.tidemark.worker.topics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.kafka.core.KafkaAdmin;

import dev.tidemark.contracts.task.Tasks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How topics are created, and for how long those that are there keep records.
 */
class TopicCreationTests {

	@ParameterizedTest
	@CsvSource({ "task.commands, 12, delete, P7D, , uncompressed", "user.commands, 12, delete, P7D, , uncompressed",
			"command.rejections, 12, delete, P7D, ,", "task.read-model, 12, compact, , ,",
			"user.read-model, 12, compact, , ,", "task.commands-dlt, 1, delete, P30D, 2097152,",
			"user.commands-dlt, 1, delete, P30D, 2097152," })
	void aTopicIsCreatedAsTheContractHasIt(String name, int partitions, String policy, @Nullable Duration retention,
			@Nullable String maxBytes, @Nullable String compression) {
		NewTopic topic = creation(Map.of()).topic(name);
		assertThat(topic.name()).isEqualTo(name);
		assertThat(topic.numPartitions()).isEqualTo(partitions);
		assertThat(topic.replicationFactor()).as("as the broker says").isEqualTo((short) -1);
		assertThat(topic.configs()).satisfies((settings) -> {
			assertThat(settings.get("cleanup.policy")).isEqualTo(policy);
			assertThat(settings.get("retention.ms"))
				.isEqualTo((retention != null) ? Long.toString(retention.toMillis()) : null);
			assertThat(settings.get("max.message.bytes")).isEqualTo(maxBytes);
			assertThat(settings.get("compression.type")).isEqualTo(compression);
		});
	}

	@Test
	void aTopicIsCreatedByItsConfiguredName() {
		TopicCreation creation = creation(Map.of("user-commands", "acme.users", "user-commands-dlt", "acme.graveyard",
				"user-read-model", "acme.views", "partitions", "3", "replicas", "2"));
		assertThat(creation.topic("acme.users")).isEqualTo(new NewTopic("acme.users", 3, (short) 2).configs(
				Map.of("cleanup.policy", "delete", "retention.ms", "604800000", "compression.type", "uncompressed")));
		assertThat(creation.topic("acme.views").configs()).containsEntry("cleanup.policy", "compact");
		assertThat(creation.topic("acme.graveyard").numPartitions()).isOne();
	}

	@ParameterizedTest
	@CsvSource(nullValues = "for ever",
			value = { "delete, 604800000, 86400000, P8D", "delete, 0, 1000, PT1S",
					"'compact,delete', 604800000, 86400000, P8D", "compact, 604800000, 86400000, for ever",
					"delete, -1, 86400000, for ever" })
	void aTopicKeepsARecordForAsLongAsItsSegmentMayStay(String policy, String retention, String segment,
			@Nullable Duration kept) {
		assertThat(TopicCreation.kept(new Config(List.of(new ConfigEntry("cleanup.policy", policy),
				new ConfigEntry("retention.ms", retention), new ConfigEntry("segment.ms", segment)))))
			.isEqualTo(Optional.ofNullable(kept));
	}

	@Test
	void aTopicOfWhichNothingIsKnownHasNoLimit() {
		TopicLimits limits = FoundTopics.limits(Tasks.TYPE.commandTopic(), 1000, Duration.ofDays(7));
		assertThat(limits.maxBytes(Tasks.TYPE.commandTopic())).isEqualTo(1000);
		assertThat(limits.kept(Tasks.TYPE.commandTopic())).contains(Duration.ofDays(7));
		assertThat(limits.maxBytes("another")).isEqualTo(Integer.MAX_VALUE);
		assertThat(limits.kept("another")).isEmpty();
	}

	@Test
	void whatIsMissingIsNamedWithWhatToDo() {
		assertThat(new MissingTopicsException(new TreeSet<>(List.of("b", "a"))))
			.hasMessage("missing topics: a, b (create them, or start with TIDEMARK_TOPICS_CREATE=true)");
	}

	private static TopicCreation creation(Map<String, String> settings) {
		return new TopicCreation(new KafkaAdmin(Map.of()), FoundTopics.names(settings), new TopicLimits(),
				new TopicIds());
	}

}
