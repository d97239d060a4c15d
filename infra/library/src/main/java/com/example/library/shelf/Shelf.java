package com.example.library.shelf;

import dev.tidemark.worker.aggregate.AggregateEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import org.jspecify.annotations.Nullable;

/**
 * The row of a shelf.
 */
@Entity
@Table(name = "shelves", uniqueConstraints = @UniqueConstraint(name = "shelves_label_key", columnNames = "label",
		options = "deferrable initially deferred"))
public class Shelf extends AggregateEntity {

	@Id
	public long number;

	@Column(length = 64, nullable = false)
	public String room;

	@Column(length = 32, nullable = false)
	public String label;

	public @Nullable Long capacity;

}
