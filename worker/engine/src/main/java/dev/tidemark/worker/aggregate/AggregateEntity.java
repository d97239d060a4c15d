package dev.tidemark.worker.aggregate;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.MappedSuperclass;

/**
 * What most rows have beside what is their own: a version, and when they were created and
 * changed last. To be extended; nothing is left to do for it.
 */
@MappedSuperclass
public abstract class AggregateEntity implements AggregateRow {

	@Column(nullable = false)
	private Instant createdAt = Instant.EPOCH;

	@Column(nullable = false)
	private Instant updatedAt = Instant.EPOCH;

	@Column(nullable = false)
	private long version;

	/**
	 * A row that no command has been counted of yet.
	 */
	protected AggregateEntity() {
	}

	@Override
	public void commanded(Instant at) {
		if (this.version == 0) {
			this.createdAt = at;
		}
		this.updatedAt = at;
		this.version++;
	}

	/**
	 * Returns when the aggregate was created.
	 * @return the create's time
	 */
	public Instant getCreatedAt() {
		return this.createdAt;
	}

	/**
	 * Returns when the aggregate was changed last.
	 * @return the time of the last command that has been applied
	 */
	public Instant getUpdatedAt() {
		return this.updatedAt;
	}

	@Override
	public long getVersion() {
		return this.version;
	}

}
