package dev.tidemark.sample;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import org.hibernate.annotations.NaturalId;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.aggregate.AggregateEntity;

/**
 * What is stored of a city, which records know by its name, and other tables by a number
 * that the database draws.
 */
@Entity
@Table(name = "cities", uniqueConstraints = @UniqueConstraint(name = "cities_plate_key", columnNames = "plate",
		options = "deferrable initially deferred"))
public class CityRow extends AggregateEntity {

	/** The database's key. */
	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	public @Nullable Integer id;

	/** The key. */
	@NaturalId
	@Column(length = 255)
	public String name;

	/** What cars have that come from there, if they have anything. */
	@Column(length = 3)
	public @Nullable String plate;

	/** How many people live there. */
	public long inhabitants;

	/** For JPA only. */
	@NullUnmarked
	protected CityRow() {
	}

	/**
	 * A city that the database does not know yet.
	 * @param name the key
	 * @param plate what cars have
	 * @param inhabitants how many people live there
	 */
	public CityRow(String name, @Nullable String plate, long inhabitants) {
		this.name = name;
		this.plate = plate;
		this.inhabitants = inhabitants;
	}

}
