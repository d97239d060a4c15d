package dev.tidemark.worker.topics;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.mock.env.MockEnvironment;

/**
 * Topics as if a broker had been asked for them.
 */
public final class FoundTopics {

	private FoundTopics() {
	}

	/**
	 * Returns the topics' names as they are by default.
	 * @return the properties
	 */
	public static TopicProperties names() {
		return names(Map.of());
	}

	/**
	 * Returns the topics' names as they are configured.
	 * @param settings properties, without their common prefix
	 * @return the properties
	 */
	public static TopicProperties names(Map<String, String> settings) {
		MockEnvironment environment = new MockEnvironment();
		settings.forEach((name, value) -> environment.setProperty(TopicProperties.PREFIX + name, value));
		return new TopicProperties(environment);
	}

	/**
	 * Returns what was found of one topic.
	 * @param topic the topic's name
	 * @param maxBytes how large a record it takes
	 * @param kept how long it keeps it; null for ever
	 * @return the limits, of which other topics have none
	 */
	public static TopicLimits limits(String topic, int maxBytes, @Nullable Duration kept) {
		TopicLimits limits = new TopicLimits();
		limits.found(topic, maxBytes, Optional.ofNullable(kept));
		return limits;
	}

}
