package dev.tidemark.entities;

import java.time.Duration;
import java.time.LocalTime;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/**
 * An entity with columns of types that the worker does not carry.
 */
@Entity
public class Unsupported {

	@Id
	public int id;

	public @Nullable LocalTime opensAt;

	public @Nullable Duration takes;

	public @Nullable Double weight;

}
