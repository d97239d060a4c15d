package dev.tidemark.worker.post;

import java.time.Instant;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import org.hibernate.Length;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.aggregate.AggregateRow;
import dev.tidemark.worker.user.User;

/**
 * A post, as the commands of its key have left it.
 */
@Entity
@Table(name = "posts", indexes = @Index(name = "posts_username_idx", columnList = "username"))
class Post implements AggregateRow {

	@Id
	private UUID postId;

	@Column(length = 1024, nullable = false)
	private String title;

	@Column(length = Length.LONG32)
	private @Nullable String text;

	@Column(nullable = false)
	private String username;

	/**
	 * Says that {@link #username} refers to a user; a command never needs the user's row.
	 */
	@ManyToOne(optional = false, fetch = FetchType.LAZY)
	@JoinColumn(name = "username", insertable = false, updatable = false,
			foreignKey = @ForeignKey(name = "posts_username_fkey"))
	@SuppressWarnings("UnusedVariable") // Hibernate reads the mapping, for the foreign
										// key.
	private @Nullable User user;

	@Column(nullable = false)
	private Instant createdAt;

	@Column(nullable = false)
	private Instant updatedAt;

	@Column(nullable = false)
	private long version;

	/** For JPA only. */
	@NullUnmarked
	protected Post() {
	}

	/**
	 * A new post, at version 1.
	 * @param postId the key
	 * @param title the title
	 * @param text the text, if any
	 * @param username the user's key
	 * @param createdAt when it was asked for
	 */
	public Post(UUID postId, String title, @Nullable String text, String username, Instant createdAt) {
		this.postId = postId;
		this.title = title;
		this.text = text;
		this.username = username;
		this.createdAt = createdAt;
		this.updatedAt = createdAt;
		this.version = 1;
	}

	@Override
	public void commanded(Instant at) {
		this.updatedAt = at;
		this.version++;
	}

	public UUID getPostId() {
		return this.postId;
	}

	public String getTitle() {
		return this.title;
	}

	public void setTitle(String title) {
		this.title = title;
	}

	public @Nullable String getText() {
		return this.text;
	}

	public void setText(@Nullable String text) {
		this.text = text;
	}

	public String getUsername() {
		return this.username;
	}

	public void setUsername(String username) {
		this.username = username;
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
		return o instanceof Post that && getPostId().equals(that.getPostId());
	}

	@Override
	public int hashCode() {
		return getPostId().hashCode();
	}

}
