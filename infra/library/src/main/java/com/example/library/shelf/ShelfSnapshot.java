package com.example.library.shelf;

import java.time.Instant;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * A shelf as a command has left it.
 */
public record ShelfSnapshot(long number, String room, String label, @Nullable Long capacity, Instant createdAt,
		Instant updatedAt, long version) implements Snapshot {

	@Override
	public EventType eventType() {
		return Shelves.TYPE.snapshot();
	}

}
