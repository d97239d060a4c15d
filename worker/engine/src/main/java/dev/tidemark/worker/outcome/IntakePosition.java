package dev.tidemark.worker.outcome;

import java.io.Serializable;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.jspecify.annotations.NullUnmarked;

/**
 * How far the database is in a partition.
 * <p>
 * Up to {@code published_before}, outcomes are sure to have been published. A poll begins
 * where the last Kafka transaction ended, so whatever came before it is done with; a
 * record that is read again from before here, because somebody has set a consumer group
 * back, is not published again.
 * <p>
 * {@code read_before} is the end of the last poll. It is durable before the group's
 * offset can be, so a group that is further than this has seen another database: this one
 * was restored, or its standby was promoted before it had everything.
 * <p>
 * Offsets mean something in one topic and to one group only: {@code topic_id} tells a
 * topic from another one that was made under its name, and {@code group_id} keeps a
 * second group away, which would publish everything once more.
 */
@Entity
@Table(name = "intake_position")
@SuppressWarnings("UnusedVariable") // Hibernate reads the mapping, for the schema; rows
									// are read and written in sets.
class IntakePosition {

	@EmbeddedId
	private Key key;

	@Column(nullable = false)
	private long publishedBefore;

	@Column(nullable = false)
	private long readBefore;

	@Column(nullable = false)
	private UUID topicId;

	@Column(nullable = false)
	private String groupId;

	/** For JPA only. */
	@NullUnmarked
	protected IntakePosition() {
	}

	private Key getKey() {
		return this.key;
	}

	@Override
	public boolean equals(Object o) {
		return o instanceof IntakePosition that && getKey().equals(that.getKey());
	}

	@Override
	public int hashCode() {
		return getKey().hashCode();
	}

	/**
	 * A partition.
	 *
	 * @param topic the topic's name
	 * @param partition the partition's number
	 */
	@Embeddable
	record Key(@Column(length = 249) String topic, int partition) implements Serializable {
	}

}
