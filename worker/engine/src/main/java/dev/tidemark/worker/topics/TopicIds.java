package dev.tidemark.worker.topics;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.common.Uuid;
import org.springframework.stereotype.Component;

/**
 * The ids of the command topics, as they were last found: a topic that was deleted and
 * made again has another one.
 */
@Component
public class TopicIds {

	private final Map<String, UUID> ids = new ConcurrentHashMap<>();

	void found(String topic, Uuid id) {
		this.ids.put(topic, of(id));
	}

	/**
	 * Returns the ids of all topics that have been found.
	 * @return by the topic's name; all zero where the broker gives none
	 */
	public Map<String, UUID> current() {
		return Map.copyOf(this.ids);
	}

	/**
	 * Converts an id.
	 * @param id as Kafka has it
	 * @return the same as the database has it
	 */
	public static UUID of(Uuid id) {
		return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
	}

}
