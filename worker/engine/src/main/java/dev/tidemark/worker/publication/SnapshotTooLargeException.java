package dev.tidemark.worker.publication;

/**
 * A snapshot can never be published, as its topic takes no record of its size. Found
 * before the rows are committed, so that the command has not happened.
 */
public final class SnapshotTooLargeException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	SnapshotTooLargeException(String topic, int limit) {
		super("the snapshot is too large for %s, which takes %d bytes".formatted(topic, limit));
	}

}
