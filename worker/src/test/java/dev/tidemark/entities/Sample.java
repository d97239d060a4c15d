package dev.tidemark.entities;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import org.hibernate.annotations.ColumnDefault;
import org.jspecify.annotations.Nullable;

/**
 * An entity with a column of each kind.
 */
@Entity
public class Sample {

	@Id
	public UUID id = UUID.randomUUID();

	@Column(length = 40)
	public @Nullable String text;

	@Enumerated(EnumType.STRING)
	@Column(columnDefinition = "varchar(8)")
	public @Nullable Flavour flavour;

	public int number;

	public @Nullable Long optional;

	public Instant time = Instant.EPOCH;

	public byte @Nullable [] bytes;

	public @Nullable Boolean yes;

	@Column(precision = 40, scale = 10)
	public @Nullable BigDecimal price;

	public @Nullable LocalDate day;

	@ColumnDefault("'the default'")
	@Column(insertable = false, updatable = false)
	public @Nullable String readOnly;

	/** What an enumeration is mapped to. */
	public enum Flavour {

		/** One. */
		SWEET,

		/** Another. */
		SOUR

	}

}
