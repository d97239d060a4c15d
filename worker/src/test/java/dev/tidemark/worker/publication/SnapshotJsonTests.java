package dev.tidemark.worker.publication;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.Rejection;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.UserSnapshot;
import dev.tidemark.worker.topics.FoundTopics;
import dev.tidemark.worker.topics.TopicLimits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The text of an event is the same each time, to the byte.
 */
class SnapshotJsonTests {

	private static final UUID TASK = UUID.fromString("5a3f4eaf-d364-4d56-ac36-0ab04d74ae9a");

	private static final Instant CREATED = Instant.parse("2026-11-20T10:00:00Z");

	private static final Instant UPDATED = Instant.parse("2026-11-20T10:00:00.123456Z");

	private final SnapshotJson json = Publication.json(new TopicLimits());

	/** Whoever publishes again what an earlier release has committed goes by it. */
	@Test
	void membersAreInTheContractsOrderAndNullsAreThere() {
		assertThat(text(this.json.write(new TaskSnapshot(TASK, "Tide \"tables\" 潮", null, TaskStatus.IN_PROGRESS,
				"ليلى", CREATED, UPDATED, null, 2))))
			.isEqualTo("""
					{"taskId":"5a3f4eaf-d364-4d56-ac36-0ab04d74ae9a","title":"Tide \\"tables\\" 潮","description":null,\
					"status":"in-progress","username":"ليلى","createdAt":"2026-11-20T10:00:00Z",\
					"updatedAt":"2026-11-20T10:00:00.123456Z","completedAt":null,"version":2}""");
		assertThat(text(this.json.write(new UserSnapshot("ليلى", CREATED, UPDATED, 7)))).isEqualTo("""
				{"username":"ليلى","createdAt":"2026-11-20T10:00:00Z","updatedAt":"2026-11-20T10:00:00.123456Z",\
				"version":7}""");
		assertThat(text(this.json.write(new Rejection(TASK, "dev.tidemark.task.update.v1", "key",
				RejectionReason.VERSION_CONFLICT, "at version 3, not 1"))))
			.isEqualTo("""
					{"commandId":"5a3f4eaf-d364-4d56-ac36-0ab04d74ae9a","commandType":"dev.tidemark.task.update.v1",\
					"key":"key","reason":"VERSION_CONFLICT","detail":"at version 3, not 1"}""");
	}

	@Test
	void whatItsTopicWouldNotTakeIsRefusedBeforeTheRowIsWritten() {
		TaskSnapshot snapshot = new TaskSnapshot(TASK, "Title", "x".repeat(20_000), TaskStatus.PENDING, "amara",
				CREATED, CREATED, null, 1);
		int size = this.json.write(snapshot).length;
		SnapshotJson exact = Publication
			.json(FoundTopics.limits(Tasks.TYPE.readModelTopic(), size + SnapshotJson.BESIDES, null));
		assertThatCode(() -> exact.write(snapshot)).doesNotThrowAnyException();
		SnapshotJson less = Publication
			.json(FoundTopics.limits(Tasks.TYPE.readModelTopic(), size + SnapshotJson.BESIDES - 1, null));
		assertThatExceptionOfType(SnapshotTooLargeException.class).isThrownBy(() -> less.write(snapshot))
			.withMessage("the snapshot is too large for task.read-model, which takes %d bytes"
				.formatted(size + SnapshotJson.BESIDES - 1));
	}

	@Test
	void aTopicThatTakesLittleStillTakesSmallSnapshots() {
		SnapshotJson json = Publication.json(FoundTopics.limits(Tasks.TYPE.readModelTopic(), 2000, null));
		assertThatCode(() -> json
			.write(new TaskSnapshot(TASK, "Title", null, TaskStatus.PENDING, "amara", CREATED, CREATED, null, 1)))
			.doesNotThrowAnyException();
		assertThatExceptionOfType(SnapshotTooLargeException.class).isThrownBy(() -> json.write(new TaskSnapshot(TASK,
				"x".repeat(1000), null, TaskStatus.PENDING, "amara", CREATED, CREATED, null, 1)));
	}

	@Test
	void eachTopicHasALimitOfItsOwn() {
		SnapshotJson json = Publication.json(FoundTopics.limits(Tasks.TYPE.readModelTopic(), 1, null));
		assertThatCode(() -> json.write(new UserSnapshot("amara", CREATED, CREATED, 1))).doesNotThrowAnyException();
	}

	private static String text(byte[] json) {
		return new String(json, StandardCharsets.UTF_8);
	}

}
