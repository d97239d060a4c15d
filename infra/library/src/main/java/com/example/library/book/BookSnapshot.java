package com.example.library.book;

import java.math.BigDecimal;
import java.time.Instant;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * A book as a command has left it.
 */
public record BookSnapshot(String isbn, String title, long shelf, @Nullable String sequelTo, long pages,
		BigDecimal price, boolean loanable, Instant acquired, Format format, Instant createdAt, Instant updatedAt,
		long version) implements Snapshot {

	@Override
	public EventType eventType() {
		return Books.TYPE.snapshot();
	}

}
