package dev.tidemark.worker.reading;

import dev.tidemark.worker.topics.FoundTopics;

/**
 * Readers for those who have records to be read.
 */
public final class Readers {

	private Readers() {
	}

	/**
	 * Returns a reader of the topics as they are by default.
	 * @return the reader
	 */
	public static CommandReader reader() {
		return new CommandReader(FoundTopics.names());
	}

}
