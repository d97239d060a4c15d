package dev.tidemark.worker.task;

import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tidemark.contracts.task.TaskStatus;

import static org.assertj.core.api.Assertions.assertThat;

class TaskTests {

	private static final Instant FIRST = Instant.parse("2026-11-20T10:00:00Z");

	private static final Instant SECOND = Instant.parse("2026-11-21T10:00:00Z");

	@ParameterizedTest
	@EnumSource
	void isCompletedExactlyWhileItIsDone(TaskStatus status) {
		Task task = task(status);
		assertThat(task.getCompletedAt()).isEqualTo((status == TaskStatus.DONE) ? FIRST : null);
		for (TaskStatus next : TaskStatus.values()) {
			task.become(next, FIRST);
			assertThat(task.getCompletedAt() != null).isEqualTo(next == TaskStatus.DONE);
		}
	}

	@Test
	void keepsItsFirstCompletion() {
		Task task = task(TaskStatus.DONE);
		task.become(TaskStatus.DONE, SECOND);
		assertThat(task.getCompletedAt()).isEqualTo(FIRST);
	}

	@Test
	void isCompletedAnewAfterItWasReopened() {
		Task task = task(TaskStatus.DONE);
		task.become(TaskStatus.PENDING, SECOND);
		task.become(TaskStatus.DONE, SECOND);
		assertThat(task.getCompletedAt()).isEqualTo(SECOND);
	}

	@Test
	void isEqualByItsKey() {
		Task task = task(TaskStatus.PENDING);
		Task same = new Task(task.getTaskId(), "Other", null, TaskStatus.DONE, "佐藤", SECOND);
		assertThat(task).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(task(TaskStatus.PENDING));
		assertThat(task).isNotEqualTo(same.getDone());
		assertThat(same.getDone()).isEqualTo(new Done(task, FIRST)).hasSameHashCodeAs(new Done(task, FIRST));
	}

	private static Task task(TaskStatus status) {
		return new Task(UUID.randomUUID(), "Title", null, status, "amara", FIRST);
	}

}
