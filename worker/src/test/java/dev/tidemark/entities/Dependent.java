package dev.tidemark.entities;

import java.util.UUID;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import org.jspecify.annotations.Nullable;

/**
 * An entity with an association that has a column of its own.
 */
@Entity
public class Dependent {

	@Id
	public UUID id = UUID.randomUUID();

	@ManyToOne
	@JoinColumn(name = "sample_id")
	public @Nullable Sample sample;

}
