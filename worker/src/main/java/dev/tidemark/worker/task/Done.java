package dev.tidemark.worker.task;

import java.time.Instant;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Table;
import org.hibernate.annotations.OnDelete;
import org.hibernate.annotations.OnDeleteAction;
import org.jspecify.annotations.NullUnmarked;

/**
 * The completion of a task: there is one exactly while the task's status is {@code done}.
 * It has its task's key and is deleted with it.
 */
@Entity
@Table(name = "dones")
class Done {

	@Id
	private UUID taskId;

	@MapsId
	@OneToOne(optional = false, fetch = FetchType.LAZY)
	@JoinColumn(name = "task_id", foreignKey = @ForeignKey(name = "dones_task_id_fkey"))
	@OnDelete(action = OnDeleteAction.CASCADE)
	private Task task;

	@Column(nullable = false)
	private Instant completedAt;

	/** For JPA only. */
	@NullUnmarked
	protected Done() {
	}

	Done(Task task, Instant completedAt) {
		this.taskId = task.getTaskId();
		this.task = task;
		this.completedAt = completedAt;
	}

	UUID getTaskId() {
		return this.taskId;
	}

	Task getTask() {
		return this.task;
	}

	Instant getCompletedAt() {
		return this.completedAt;
	}

	@Override
	public boolean equals(Object o) {
		return o instanceof Done that && getTaskId().equals(that.getTaskId());
	}

	@Override
	public int hashCode() {
		return getTaskId().hashCode();
	}

}
