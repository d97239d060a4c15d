package dev.tidemark.worker.task;

import java.time.Instant;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Table;
import org.hibernate.Length;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.worker.aggregate.AggregateEntity;
import dev.tidemark.worker.user.User;

/**
 * A task, as the commands of its key have left it.
 */
@Entity
@Table(name = "tasks", indexes = @Index(name = "tasks_username_idx", columnList = "username"))
class Task extends AggregateEntity {

	@Id
	private UUID taskId;

	@Column(length = 1024, nullable = false)
	private String title;

	@Column(length = Length.LONG32)
	private @Nullable String description;

	@Convert(converter = TaskStatusConverter.class)
	@Column(length = 16, nullable = false)
	private TaskStatus status;

	@Column(nullable = false)
	private String username;

	/**
	 * Says that {@link #username} refers to a user; a command never needs the user's row.
	 */
	@ManyToOne(optional = false, fetch = FetchType.LAZY)
	@JoinColumn(name = "username", insertable = false, updatable = false,
			foreignKey = @ForeignKey(name = "tasks_username_fkey"))
	@SuppressWarnings("UnusedVariable") // Hibernate reads the mapping, for the foreign
										// key.
	private @Nullable User user;

	/** Set exactly while {@link #status} is {@link TaskStatus#DONE}. */
	@OneToOne(mappedBy = "task")
	private @Nullable Done done;

	/** For JPA only. */
	@NullUnmarked
	protected Task() {
	}

	/**
	 * A new task.
	 * @param taskId the key
	 * @param title the title
	 * @param description the description, if any
	 * @param status the first status; a task that starts as done is completed at once
	 * @param username the user's key
	 * @param at when it was asked for
	 */
	public Task(UUID taskId, String title, @Nullable String description, TaskStatus status, String username,
			Instant at) {
		this.taskId = taskId;
		this.title = title;
		this.description = description;
		this.status = TaskStatus.PENDING;
		this.username = username;
		become(status, at);
	}

	/**
	 * Changes the status, and the completion with it. A task that is done already keeps
	 * its first completion.
	 */
	void become(TaskStatus status, Instant at) {
		this.status = status;
		if (status != TaskStatus.DONE) {
			this.done = null;
		}
		else if (this.done == null) {
			this.done = new Done(this, at);
		}
	}

	/** Takes in the completion that its table holds. */
	void complete(Done stored) {
		this.done = stored;
	}

	@Nullable Done getDone() {
		return this.done;
	}

	public UUID getTaskId() {
		return this.taskId;
	}

	public String getTitle() {
		return this.title;
	}

	public void setTitle(String title) {
		this.title = title;
	}

	public @Nullable String getDescription() {
		return this.description;
	}

	public void setDescription(@Nullable String description) {
		this.description = description;
	}

	public TaskStatus getStatus() {
		return this.status;
	}

	public String getUsername() {
		return this.username;
	}

	public void setUsername(String username) {
		this.username = username;
	}

	public @Nullable Instant getCompletedAt() {
		return (this.done != null) ? this.done.getCompletedAt() : null;
	}

	@Override
	public boolean equals(Object o) {
		return o instanceof Task that && getTaskId().equals(that.getTaskId());
	}

	@Override
	public int hashCode() {
		return getTaskId().hashCode();
	}

}
