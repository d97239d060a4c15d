package dev.tidemark.worker.topics;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.stereotype.Component;

/**
 * How large a record each topic takes and how long it keeps it, as found at the start.
 */
@Component
public class TopicLimits {

	private final Map<String, Integer> maxBytes = new ConcurrentHashMap<>();

	private final Map<String, Optional<Duration>> kept = new ConcurrentHashMap<>();

	private volatile int unbounded;

	void unbounded(int topics) {
		this.unbounded = topics;
	}

	/**
	 * Returns how many command topics have a broker that does not bound what a record
	 * unpacks to.
	 * @return 0 if all is well
	 */
	public int unbounded() {
		return this.unbounded;
	}

	void found(String topic, int bytes, Optional<Duration> kept) {
		this.maxBytes.put(topic, bytes);
		this.kept.put(topic, kept);
	}

	/**
	 * Returns how large a record may be.
	 * @param topic the topic's name
	 * @return its limit in bytes, all of the record included
	 */
	public int maxBytes(String topic) {
		return this.maxBytes.getOrDefault(topic, Integer.MAX_VALUE);
	}

	/**
	 * Returns how long a record can be read.
	 * @param topic the topic's name
	 * @return the longest time from its timestamp, or nothing if there is no limit
	 */
	public Optional<Duration> kept(String topic) {
		return this.kept.getOrDefault(topic, Optional.empty());
	}

}
