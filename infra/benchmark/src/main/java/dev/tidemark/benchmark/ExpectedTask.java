package dev.tidemark.benchmark;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What a task must have come to. Keeps hashes of its texts: there may be millions.
 */
final class ExpectedTask {

	/** The title of tasks that are there beforehand. */
	static final String PREFILLED_TITLE = "prefilled";

	int title;

	/** 0 for none. */
	int description;

	String status = "pending";

	String username;

	Instant createdAt;

	Instant updatedAt;

	@Nullable Instant completedAt;

	/** Of the last event, a tombstone too. */
	long version = 1;

	/** Of the first event that is to be published. */
	long firstVersion = 1;

	boolean deleted;

	ExpectedTask(String title, @Nullable String description, String username, Instant createdAt) {
		this.title = title.hashCode();
		describe(description);
		this.username = username;
		this.createdAt = createdAt;
		this.updatedAt = createdAt;
	}

	/** A task as {@link Prefill} makes it. */
	static ExpectedTask prefilled() {
		ExpectedTask task = new ExpectedTask(PREFILLED_TITLE, null, Workload.username(0), Workload.EPOCH);
		task.firstVersion = 2;
		return task;
	}

	void describe(@Nullable String description) {
		this.description = (description != null) ? description.hashCode() : 0;
	}

	void become(String status, Instant at) {
		this.status = status;
		if (!status.equals("done")) {
			this.completedAt = null;
		}
		else if (this.completedAt == null) {
			this.completedAt = at;
		}
	}

	void changed(Instant at) {
		this.updatedAt = at;
		this.version++;
	}

}
