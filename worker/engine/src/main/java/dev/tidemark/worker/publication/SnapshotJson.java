package dev.tidemark.worker.publication;

import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Rejection;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.worker.topics.TopicLimits;
import dev.tidemark.worker.topics.TopicProperties;

/**
 * Writes the values of events. The same value always gives the same text, as an event
 * that is published again must be the same byte for byte; so the settings are fixed here
 * and not the application's.
 */
@Component
public class SnapshotJson {

	/**
	 * More than key, headers and the batch around a record ever take: what they have of a
	 * command is bounded. Where a topic takes hardly more than that, half of it is the
	 * snapshot's: an event that does not fit then waits, and no command is refused.
	 */
	static final int BESIDES = 16 * 1024;

	private final ObjectWriter writer = JsonMapper.builder().build().writer();

	private final TopicProperties topics;

	private final TopicLimits limits;

	SnapshotJson(TopicProperties topics, TopicLimits limits) {
		this.topics = topics;
		this.limits = limits;
	}

	/**
	 * Writes a snapshot.
	 * @param snapshot the snapshot
	 * @return its JSON, in UTF-8
	 * @throws SnapshotTooLargeException if its topic would not take it
	 */
	public byte[] write(Snapshot snapshot) {
		byte[] json = this.writer.writeValueAsBytes(snapshot);
		String topic = this.topics.of(snapshot.eventType());
		int limit = this.limits.maxBytes(topic);
		if (json.length > limit - Math.min(BESIDES, limit / 2)) {
			throw new SnapshotTooLargeException(topic, limit);
		}
		return json;
	}

	byte[] write(Rejection rejection) {
		return this.writer.writeValueAsBytes(rejection);
	}

}
