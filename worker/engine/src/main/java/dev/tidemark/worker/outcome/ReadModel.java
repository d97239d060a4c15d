package dev.tidemark.worker.outcome;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Snapshot;

/**
 * What a read-model topic is to say of one key.
 *
 * @param type a snapshot's type, or a tombstone's
 * @param version the aggregate's version; null where there is no row to have one
 * @param snapshot how the aggregate stands; null in a tombstone
 */
public record ReadModel(EventType type, @Nullable Long version, @Nullable Snapshot snapshot) {

	/**
	 * Says how an aggregate stands.
	 * @param snapshot the aggregate's snapshot
	 * @return the read model
	 */
	public static ReadModel of(Snapshot snapshot) {
		return new ReadModel(snapshot.eventType(), snapshot.version(), snapshot);
	}

	/**
	 * Says that an aggregate is gone.
	 * @param type the tombstone's type
	 * @param version the version that the delete made; null if it was gone before
	 * @return the read model
	 */
	public static ReadModel tombstone(EventType type, @Nullable Long version) {
		return new ReadModel(type, version, null);
	}

}
