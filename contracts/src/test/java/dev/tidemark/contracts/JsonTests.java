package dev.tidemark.contracts;

import java.time.Instant;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.UserSnapshot;
import dev.tidemark.contracts.user.Users;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jackson 2 and 3 write the same, with nothing configured.
 */
class JsonTests {

	private static final UUID ID = UUID.fromString("0b7e4a0e-6d0a-4f0c-9a51-3f3f0a6b2c11");

	private static final Instant TIME = Instant.parse("2026-11-20T09:30:00.123456Z");

	private final JsonMapper jackson3 = new JsonMapper();

	private final com.fasterxml.jackson.databind.ObjectMapper jackson2 = new com.fasterxml.jackson.databind.ObjectMapper()
		.registerModule(new JavaTimeModule());

	@Test
	void taskIsWrittenWithItsNulls() throws JsonProcessingException {
		assertBothWrite(new TaskSnapshot(ID, "Buy milk", null, TaskStatus.IN_PROGRESS, "ada", TIME, TIME, null, 2), """
				{"taskId":"0b7e4a0e-6d0a-4f0c-9a51-3f3f0a6b2c11","title":"Buy milk","description":null,\
				"status":"in-progress","username":"ada","createdAt":"2026-11-20T09:30:00.123456Z",\
				"updatedAt":"2026-11-20T09:30:00.123456Z","completedAt":null,"version":2}""");
	}

	@Test
	void taskThatIsDoneIsWrittenWithItsCompletion() throws JsonProcessingException {
		assertBothWrite(new TaskSnapshot(ID, "Buy milk", "Two litres", TaskStatus.DONE, "ada", TIME, TIME, TIME, 1), """
				{"taskId":"0b7e4a0e-6d0a-4f0c-9a51-3f3f0a6b2c11","title":"Buy milk","description":"Two litres",\
				"status":"done","username":"ada","createdAt":"2026-11-20T09:30:00.123456Z",\
				"updatedAt":"2026-11-20T09:30:00.123456Z","completedAt":"2026-11-20T09:30:00.123456Z","version":1}""");
	}

	@Test
	void userIsWritten() throws JsonProcessingException {
		assertBothWrite(new UserSnapshot("ada", TIME, TIME, 1), """
				{"username":"ada","createdAt":"2026-11-20T09:30:00.123456Z",\
				"updatedAt":"2026-11-20T09:30:00.123456Z","version":1}""");
	}

	@Test
	void rejectionIsWritten() throws JsonProcessingException {
		assertBothWrite(new Rejection(ID, "dev.tidemark.user.delete.v1", "ada", Users.TYPE
			.has(Tasks.TYPE), "Tasks still refer."), """
					{"commandId":"0b7e4a0e-6d0a-4f0c-9a51-3f3f0a6b2c11","commandType":"dev.tidemark.user.delete.v1",\
					"key":"ada","reason":"USER_HAS_TASKS","detail":"Tasks still refer."}""");
	}

	@Test
	void memberThatIsNotKnownYetIsIgnored() throws JsonProcessingException {
		String json = """
				{"username":"ada","createdAt":"2026-11-20T09:30:00.123456Z",\
				"updatedAt":"2026-11-20T09:30:00.123456Z","version":1,"displayName":"Ada"}""";
		UserSnapshot user = new UserSnapshot("ada", TIME, TIME, 1);
		assertThat(this.jackson3.readValue(json, UserSnapshot.class)).isEqualTo(user);
		assertThat(this.jackson2.readValue(json, UserSnapshot.class)).isEqualTo(user);
	}

	private void assertBothWrite(Object value, String json) throws JsonProcessingException {
		assertThat(this.jackson3.writeValueAsString(value)).isEqualTo(json);
		assertThat(this.jackson2.writeValueAsString(value)).isEqualTo(json);
		assertThat((Object) this.jackson3.readValue(json, value.getClass())).isEqualTo(value);
		assertThat((Object) this.jackson2.readValue(json, value.getClass())).isEqualTo(value);
	}

}
