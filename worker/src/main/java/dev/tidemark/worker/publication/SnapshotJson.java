package dev.tidemark.worker.publication;

import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Rejection;
import dev.tidemark.contracts.Snapshot;

/**
 * Writes the values of events. The same value always gives the same text, as an event
 * that is published again must be the same byte for byte; so the settings are fixed here
 * and not the application's.
 */
@Component
public class SnapshotJson {

	private final ObjectWriter writer = JsonMapper.builder().build().writer();

	/**
	 * Writes a snapshot.
	 * @param snapshot the snapshot
	 * @return its JSON
	 */
	public String write(Snapshot snapshot) {
		return this.writer.writeValueAsString(snapshot);
	}

	String write(Rejection rejection) {
		return this.writer.writeValueAsString(rejection);
	}

}
