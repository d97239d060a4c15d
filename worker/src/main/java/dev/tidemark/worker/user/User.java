package dev.tidemark.worker.user;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.NullUnmarked;

import dev.tidemark.worker.aggregate.AggregateEntity;

/**
 * A user, as the commands of its key have left it. Public only as a type: tasks refer to
 * it.
 */
@Entity
@Table(name = "users")
public class User extends AggregateEntity {

	@Id
	private String username;

	@Column(length = 1024, nullable = false)
	private String passwordHash;

	/** For JPA only. */
	@NullUnmarked
	protected User() {
	}

	/**
	 * A new user.
	 * @param username the key
	 * @param passwordHash the encoded hash
	 */
	public User(String username, String passwordHash) {
		this.username = username;
		this.passwordHash = passwordHash;
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

	@Override
	public boolean equals(Object o) {
		return o instanceof User that && getUsername().equals(that.getUsername());
	}

	@Override
	public int hashCode() {
		return getUsername().hashCode();
	}

}
