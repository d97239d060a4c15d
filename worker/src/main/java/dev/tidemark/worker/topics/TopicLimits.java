package dev.tidemark.worker.topics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.stereotype.Component;

/**
 * How large a record each topic takes, as found at the start.
 */
@Component
public class TopicLimits {

	private final Map<String, Integer> maxBytes = new ConcurrentHashMap<>();

	void found(String topic, int bytes) {
		this.maxBytes.put(topic, bytes);
	}

	/**
	 * Returns how large a record may be.
	 * @param topic the topic's name
	 * @return its limit in bytes, all of the record included
	 */
	public int maxBytes(String topic) {
		return this.maxBytes.getOrDefault(topic, Integer.MAX_VALUE);
	}

}
