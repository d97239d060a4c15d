package dev.tidemark.benchmark.typical;

import java.time.Instant;
import java.util.UUID;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PostLoad;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import org.jspecify.annotations.NullUnmarked;
import org.springframework.data.domain.Persistable;

@Entity
@Table(name = "tasks")
@NullUnmarked
class Task implements Persistable<UUID> {

	@Id
	UUID taskId;

	String title;

	String description;

	String status;

	String username;

	Instant createdAt;

	Instant updatedAt;

	long version;

	@Transient
	boolean stored;

	@Override
	public UUID getId() {
		return this.taskId;
	}

	@Override
	public boolean isNew() {
		return !this.stored;
	}

	@PostLoad
	@PostPersist
	void markStored() {
		this.stored = true;
	}

}
