package dev.tidemark.worker.batch;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.common.TopicPartition;

import dev.tidemark.worker.outcome.Position;

/**
 * The group has read further than the database knows of: a backup was restored, or a
 * standby was promoted that did not have everything. What the database has lost lies
 * between, and would be lost for good if the group went on.
 */
public final class DatabaseBehindException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	@SuppressWarnings("serial") // It is never serialized.
	private final Map<TopicPartition, Long> from;

	private DatabaseBehindException(Map<TopicPartition, Long> from) {
		super("The database is behind the group in " + from.keySet());
		this.from = Collections.unmodifiableMap(from);
	}

	/**
	 * Compares.
	 * @param committed by partition, up to where the group has read
	 * @param positions how far the database is
	 * @throws DatabaseBehindException if the database is behind
	 */
	static void check(Map<TopicPartition, Long> committed, Map<TopicPartition, Position> positions) {
		Map<TopicPartition, Long> from = new HashMap<>();
		committed.forEach((partition, offset) -> {
			Position position = positions.get(partition);
			if (position == null) {
				from.put(partition, 0L);
			}
			else if (position.readBefore() < offset) {
				from.put(partition, position.publishedBefore());
			}
		});
		if (!from.isEmpty()) {
			throw new DatabaseBehindException(from);
		}
	}

	/**
	 * Returns from where everything has to be read again: of the last poll that the
	 * database knows, it may have a part only.
	 * @return by partition, an offset, which may lie before the partition's beginning
	 */
	public Map<TopicPartition, Long> from() {
		return this.from;
	}

}
