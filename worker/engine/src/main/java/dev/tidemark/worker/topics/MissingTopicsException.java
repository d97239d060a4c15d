package dev.tidemark.worker.topics;

import java.util.Set;

import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Topics are missing, and the worker has not been told to create them. It waits for them.
 */
public final class MissingTopicsException extends UnknownTopicOrPartitionException {

	private static final long serialVersionUID = 1L;

	MissingTopicsException(Set<String> missing) {
		super("missing topics: " + String.join(", ", missing)
				+ " (create them, or start with TIDEMARK_TOPICS_CREATE=true)");
	}

}
