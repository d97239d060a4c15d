package dev.tidemark.contracts.sample;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Snapshot;

/**
 * A shelf as a command has left it.
 */
public record ShelfSnapshot(long id, long version) implements Snapshot {

	@Override
	public EventType eventType() {
		return Shelves.TYPE.snapshot();
	}

}
