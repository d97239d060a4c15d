package dev.tidemark.testcontainers;

import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

import dev.tidemark.contracts.Rejection;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a test of an upstream team looks like. It needs a container engine and an image,
 * so here, where the image is built after the tests, it is run by
 * {@code -Dtidemark.image=tidemark/worker}.
 */
@Testcontainers
@EnabledIfSystemProperty(named = "tidemark.image", matches = ".+")
class TidemarkStackTests {

	@Container
	private static final TidemarkStack tidemark = new TidemarkStack(
			System.getProperty("tidemark.image", "tidemark/worker"));

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private final UUID taskId = UUID.randomUUID();

	@Test
	void aTaskIsDoneOnceItIsCompleted() {
		tidemark.send(new RegisterUser("amara", HASH));
		tidemark.send(new CreateTask(this.taskId, "Order the tide tables", "amara", null, TaskStatus.PENDING));
		tidemark.send(new CompleteTask(this.taskId));

		TaskSnapshot task = tidemark.await(Tasks.TYPE, this.taskId.toString(), TaskSnapshot.class,
				(it) -> it.status() == TaskStatus.DONE);
		assertThat(task.version()).isEqualTo(2);
		assertThat(task.username()).isEqualTo("amara");
	}

	@Test
	void aTaskThatIsDeletedIsGone() {
		tidemark.send(new RegisterUser("ليلى", HASH));
		tidemark.send(new CreateTask(this.taskId, "مراجعة", "ليلى", null, TaskStatus.PENDING));
		tidemark.awaitTask(this.taskId);
		tidemark.send(new DeleteTask(this.taskId));
		tidemark.awaitTaskDeleted(this.taskId);
	}

	@Test
	void aTaskThatIsNotThereCannotBeCompleted() {
		UUID command = tidemark.send(new CompleteTask(this.taskId));
		Rejection rejection = tidemark.awaitRejection(command);
		assertThat(rejection.reason()).isEqualTo(Tasks.TYPE.notFound());
	}

}
