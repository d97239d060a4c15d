package dev.tidemark.testcontainers;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Predicate;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.testcontainers.Lamps.LampSnapshot;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What was published is found again, in its order.
 */
class PublishedEventsTests {

	private static final UUID TASK = UUID.fromString("b7c54f4f-30a2-497e-a7cd-998dd5e58837");

	private static final UUID COMMAND = UUID.fromString("9b05e0cf-2cd9-455f-9281-39f64eaae059");

	private final PublishedEvents events = new PublishedEvents();

	private void published(EventType type, String key, @Nullable String value) {
		ConsumerRecord<String, byte @Nullable []> record = new ConsumerRecord<>(type.topic(), 0, 0, key,
				(value != null) ? value.getBytes(StandardCharsets.UTF_8) : null);
		record.headers().add(EventHeaders.CE_TYPE, type.wireName().getBytes(StandardCharsets.UTF_8));
		record.headers().add(EventHeaders.CE_CAUSATIONID, COMMAND.toString().getBytes(StandardCharsets.UTF_8));
		this.events.add(record);
	}

	private void publishedTask(TaskStatus status, int version) {
		published(Tasks.TYPE.snapshot(), TASK.toString(), """
				{"taskId":"%s","title":"Title","description":null,"status":"%s","username":"amara",
				"createdAt":"2026-11-20T11:40:22.568Z","updatedAt":"2026-11-20T11:40:22.568Z","completedAt":null,
				"version":%d}""".formatted(TASK, status.wireName(), version));
	}

	@Test
	void theFirstSnapshotThatMeetsTheConditionIsFound() {
		publishedTask(TaskStatus.PENDING, 1);
		publishedTask(TaskStatus.IN_PROGRESS, 2);
		publishedTask(TaskStatus.IN_PROGRESS, 3);
		assertThat(task(TASK, (task) -> task.status() == TaskStatus.IN_PROGRESS))
			.satisfies((task) -> assertThat(task.version()).isEqualTo(2));
		assertThat(task(TASK, (task) -> task.status() == TaskStatus.DONE)).isNull();
		assertThat(task(UUID.randomUUID(), (_) -> true)).isNull();
	}

	private @Nullable TaskSnapshot task(UUID id, Predicate<TaskSnapshot> condition) {
		return this.events.snapshot(Tasks.TYPE, id.toString(), TaskSnapshot.class, condition);
	}

	@Test
	void aTypeThatIsNotShippedIsFoundAlike() {
		published(Lamps.TYPE.snapshot(), "7", "{\"number\":7,\"version\":1,\"member\":\"of a later release\"}");
		published(Lamps.TYPE.snapshot(), "8", "{\"number\":8,\"version\":1}");
		assertThat(this.events.snapshot(Lamps.TYPE, "7", LampSnapshot.class, (_) -> true))
			.isEqualTo(new LampSnapshot(7, 1));
		published(Lamps.TYPE.tombstone(), "8", null);
		assertThat(this.events.isDeleted(Lamps.TYPE, "7")).isFalse();
		assertThat(this.events.isDeleted(Lamps.TYPE, "8")).isTrue();
		assertThat(this.events.isDeleted(Users.TYPE, "8")).isFalse();
	}

	@Test
	void whatCameAgainAfterItsDeletionIsNotDeleted() {
		publishedTask(TaskStatus.PENDING, 1);
		assertThat(this.events.isDeleted(Tasks.TYPE, TASK.toString())).isFalse();
		published(Tasks.TYPE.tombstone(), TASK.toString(), null);
		assertThat(this.events.isDeleted(Tasks.TYPE, TASK.toString())).isTrue();
		publishedTask(TaskStatus.PENDING, 1);
		assertThat(this.events.isDeleted(Tasks.TYPE, TASK.toString())).isFalse();
	}

	@Test
	void aRejectionIsFoundByItsCommandAndToldByItsKey() {
		published(EventType.COMMAND_REJECTED, TASK.toString(), """
				{"commandId":"%s","commandType":"dev.tidemark.task.complete.v1","key":"%s","reason":"TASK_NOT_FOUND",
				"detail":"there is no such task"}""".formatted(COMMAND, TASK));
		assertThat(this.events.rejection(COMMAND))
			.satisfies((rejection) -> assertThat(rejection.reason()).isEqualTo(Tasks.TYPE.notFound()));
		assertThat(this.events.rejection(UUID.randomUUID())).isNull();
		assertThat(this.events.told(TASK.toString())).isEqualTo(
				"dev.tidemark.command.rejected.v1 of command " + COMMAND + ": TASK_NOT_FOUND, there is no such task");
		assertThat(this.events.told("nobody")).isEqualTo("nothing");
	}

}
