package dev.tidemark.worker.batch;

import java.util.Set;

import org.apache.kafka.common.TopicPartition;

/**
 * A topic was deleted and made again, or the cluster is another one: what the database
 * knows of its offsets is about other records.
 */
public final class TopicReplacedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	@SuppressWarnings("serial") // It is never serialized.
	private final Set<TopicPartition> partitions;

	TopicReplacedException(Set<TopicPartition> partitions) {
		super("The database knows another topic of this name; nothing is read before 'realign' has been run: "
				+ partitions);
		this.partitions = Set.copyOf(partitions);
	}

	/**
	 * Returns what can't be gone on with.
	 * @return the partitions, one at least
	 */
	public Set<TopicPartition> partitions() {
		return this.partitions;
	}

}
