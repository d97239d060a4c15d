package dev.tidemark.sample;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.aggregate.AggregateEntity;

/**
 * What is stored of a crate, which has a number and stands in another one.
 */
@Entity
public class CrateRow extends AggregateEntity {

	/** The key. */
	@Id
	public long number;

	/** The other crate's key. */
	public @Nullable Long in;

	/** Nobody's key. */
	public @Nullable String label;

}
