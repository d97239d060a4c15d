package dev.tidemark.worker.batch;

import java.util.Map;

import org.apache.kafka.common.TopicPartition;

/**
 * The group has read further than the database knows of: a backup was restored, or a
 * standby was promoted that did not have everything. What the database has lost lies
 * between, and would be lost for good if the group went on.
 */
public final class DatabaseBehindException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	@SuppressWarnings("serial") // It is never serialized.
	private final Map<TopicPartition, Long> from;

	DatabaseBehindException(Map<TopicPartition, Long> from) {
		super("The database is behind the group in " + from.keySet());
		this.from = from;
	}

	/**
	 * Returns from where everything has to be read again.
	 * @return by partition, an offset, which may lie before the partition's beginning
	 */
	public Map<TopicPartition, Long> from() {
		return this.from;
	}

}
