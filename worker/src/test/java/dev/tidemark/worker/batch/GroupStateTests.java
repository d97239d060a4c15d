package dev.tidemark.worker.batch;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import dev.tidemark.worker.outcome.KnownPosition;
import dev.tidemark.worker.outcome.Position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class GroupStateTests {

	private static final TopicPartition ONE = new TopicPartition("some.commands", 0);

	private static final TopicPartition TWO = new TopicPartition("other.commands", 0);

	private static final UUID TOPIC = new UUID(1, 1);

	private static final UUID ANOTHER = new UUID(2, 2);

	private static final UUID UNKNOWN = new UUID(0, 0);

	private final Map<TopicPartition, KnownPosition> known = new HashMap<>(
			Map.of(ONE, position(TOPIC, "group"), TWO, position(TOPIC, "group")));

	@Test
	void aDatabaseThatKnowsWhatTheGroupHasReadAgrees() {
		assertThatNoException().isThrownBy(() -> check(group(TOPIC, 200, 150)));
	}

	@Test
	void aDatabaseThatDoesNotKnowWhatTheGroupHasReadIsBehind() {
		assertThatExceptionOfType(DatabaseBehindException.class).isThrownBy(() -> check(group(TOPIC, 200, 201)))
			.satisfies((behind) -> assertThat(behind.from()).containsExactly(Map.entry(TWO, 100L)));
		this.known.remove(ONE);
		assertThatExceptionOfType(DatabaseBehindException.class).isThrownBy(() -> check(group(TOPIC, 200, 200)))
			.satisfies((behind) -> assertThat(behind.from()).containsExactly(Map.entry(ONE, 0L)));
	}

	@Test
	void whereNothingHasBeenReadNothingIsBehind() {
		this.known.clear();
		GroupState group = new GroupState("group", Map.of(), Set.of(ONE, TWO), Map.of());
		assertThatNoException().isThrownBy(() -> check(group));
	}

	@Test
	void aTopicWithAnotherIdIsAnotherTopic() {
		assertThatExceptionOfType(TopicReplacedException.class).isThrownBy(() -> check(group(ANOTHER, 200, 201)))
			.satisfies((replaced) -> assertThat(replaced.partitions()).containsExactly(ONE));
	}

	@Test
	void whoseIdNobodyTellsIsTakenForTheSame() {
		assertThatNoException().isThrownBy(() -> check(group(UNKNOWN, 200, 200)));
		this.known.put(ONE, position(UNKNOWN, "group"));
		assertThatNoException().isThrownBy(() -> check(group(ANOTHER, 200, 200)));
	}

	@Test
	void aDatabaseOfAnotherGroupIsNamedWithBothAndWithWhatHelps() {
		this.known.put(TWO, position(ANOTHER, "blue"));
		assertThatExceptionOfType(OtherGroupException.class).isThrownBy(() -> check(group(ANOTHER, 500, 500)))
			.withMessageContainingAll("'blue'", "TIDEMARK_GROUP_ID is 'group'", "realign");
	}

	private void check(GroupState group) {
		group.check(this.known);
	}

	private static GroupState group(UUID topicOne, long one, long two) {
		return new GroupState("group", Map.of(ONE.topic(), topicOne, TWO.topic(), TOPIC), Set.of(ONE, TWO),
				Map.of(ONE, one, TWO, two));
	}

	private static KnownPosition position(UUID topicId, String groupId) {
		return new KnownPosition(new Position(100, 200), topicId, groupId);
	}

}
