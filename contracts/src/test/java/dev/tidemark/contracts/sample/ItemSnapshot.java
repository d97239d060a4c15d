package dev.tidemark.contracts.sample;

import java.math.BigDecimal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Snapshot;

/**
 * An item as a command has left it.
 */
public record ItemSnapshot(String id, long shelf, BigDecimal price, boolean fragile, @Nullable Size size,
		@Nullable Instant made, @Nullable Long count, long version) implements Snapshot {

	@Override
	public EventType eventType() {
		return Items.TYPE.snapshot();
	}

}
