package dev.tidemark.worker.task;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;

import static org.assertj.core.api.Assertions.assertThat;

class TaskMapperTests {

	private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

	private final TaskMapper mapper = new TaskMapperImpl();

	private final UUID taskId = UUID.randomUUID();

	@Test
	void createsFromTheSmallestCommand() {
		assertThat(this.mapper.toSnapshot(create(null, TaskStatus.PENDING)))
			.isEqualTo(new TaskSnapshot(this.taskId, "Title", null, TaskStatus.PENDING, "amara", AT, AT, null, 1));
	}

	@Test
	void createsFromTheFullestCommand() {
		assertThat(this.mapper.toSnapshot(create("Text", TaskStatus.DONE)))
			.isEqualTo(new TaskSnapshot(this.taskId, "Title", "Text", TaskStatus.DONE, "amara", AT, AT, AT, 1));
	}

	@Test
	void leavesWhatAPatchDoesNotGive() {
		Task task = create("Text", TaskStatus.PENDING);
		this.mapper.apply(
				new UpdateTask(this.taskId, Field.given("New"), Field.absent(), Field.absent(), Field.absent()), task);
		assertThat(task.getTitle()).isEqualTo("New");
		assertThat(task.getDescription()).isEqualTo("Text");
		assertThat(task.getUsername()).isEqualTo("amara");
	}

	@Test
	void clearsWhatAPatchNulls() {
		Task task = create("Text", TaskStatus.PENDING);
		Map<String, @Nullable String> clearing = new HashMap<>();
		clearing.put("taskId", this.taskId.toString());
		clearing.put("description", null);
		clearing.put("username", "佐藤");
		this.mapper.apply((UpdateTask) Tasks.UPDATE.read(clearing), task);
		assertThat(task.getTitle()).isEqualTo("Title");
		assertThat(task.getDescription()).isNull();
		assertThat(task.getUsername()).isEqualTo("佐藤");
	}

	private Task create(@Nullable String description, TaskStatus status) {
		Task task = this.mapper.create(new CreateTask(this.taskId, "Title", "amara", description, status), AT);
		task.commanded(AT);
		return task;
	}

}
