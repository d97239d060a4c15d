package dev.tidemark.worker.post;

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

import dev.tidemark.worker.aggregate.AggregateEntity;
import dev.tidemark.worker.user.User;

/**
 * A post, as the commands of its key have left it.
 */
@Entity
@Table(name = "posts", indexes = @Index(name = "posts_username_idx", columnList = "username"))
class Post extends AggregateEntity {

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

	/** For JPA only. */
	@NullUnmarked
	protected Post() {
	}

	/**
	 * A new post.
	 * @param postId the key
	 * @param title the title
	 * @param text the text, if any
	 * @param username the user's key
	 */
	public Post(UUID postId, String title, @Nullable String text, String username) {
		this.postId = postId;
		this.title = title;
		this.text = text;
		this.username = username;
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

	@Override
	public boolean equals(Object o) {
		return o instanceof Post that && getPostId().equals(that.getPostId());
	}

	@Override
	public int hashCode() {
		return getPostId().hashCode();
	}

}
