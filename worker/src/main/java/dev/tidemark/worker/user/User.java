package dev.tidemark.worker.user;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.NullUnmarked;

import dev.tidemark.worker.aggregate.AggregateRow;

/**
 * A user, as the commands of its key have left it. Public only as a type: tasks refer to
 * it.
 */
@Entity
@Table(name = "users")
public class User implements AggregateRow {

	@Id
	private String username;

	@Column(length = 1024, nullable = false)
	private String passwordHash;

	@Column(nullable = false)
	private Instant createdAt;

	@Column(nullable = false)
	private Instant updatedAt;

	@Column(nullable = false)
	private long version;

	/** For JPA only. */
	@NullUnmarked
	protected User() {
	}

	/**
	 * A new user, at version 1.
	 * @param username the key
	 * @param passwordHash the encoded hash
	 * @param createdAt when it was asked for
	 */
	public User(String username, String passwordHash, Instant createdAt) {
		this.username = username;
		this.passwordHash = passwordHash;
		this.createdAt = createdAt;
		this.updatedAt = createdAt;
		this.version = 1;
	}

	@Override
	public void commanded(Instant at) {
		this.updatedAt = at;
		this.version++;
	}

	/** Not public, so that no mapper can read it. */
	String getPasswordHash() {
		return this.passwordHash;
	}

	public void setPasswordHash(String passwordHash) {
		this.passwordHash = passwordHash;
	}

	public String getUsername() {
		return this.username;
	}

	public Instant getCreatedAt() {
		return this.createdAt;
	}

	public Instant getUpdatedAt() {
		return this.updatedAt;
	}

	@Override
	public long getVersion() {
		return this.version;
	}

	@Override
	public boolean equals(Object o) {
		return o instanceof User that && getUsername().equals(that.getUsername());
	}

	@Override
	public int hashCode() {
		return getUsername().hashCode();
	}

}
