package dev.tidemark.testcontainers;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.shipped.ShippedAggregates;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.testcontainers.Lamps.CreateLamp;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A command is what its record says.
 */
class CommandRecordTests {

	private static final UUID TASK = UUID.fromString("b7c54f4f-30a2-497e-a7cd-998dd5e58837");

	static Stream<Command> commands() {
		return Stream.of(new CreateTask(TASK, "Title", "ليلى", null, TaskStatus.PENDING),
				new UpdateTask(TASK, Field.absent(), cleared(), Field.absent(), Field.absent()), new CompleteTask(TASK),
				new DeleteUser("amara"));
	}

	@SuppressWarnings("NullAway") // which does not look at what the type argument allows
	private static Field<@Nullable String> cleared() {
		return Field.given(null);
	}

	@ParameterizedTest
	@MethodSource("commands")
	void saysAllOfTheCommand(Command command) {
		UUID id = UUID.randomUUID();
		ProducerRecord<String, byte[]> record = CommandRecord.of(id, command);
		CommandType type = ShippedAggregates.CATALOGUE.command(header(record, EventHeaders.CE_TYPE));
		assertThat(type).isNotNull();
		assertThat(type
			.read(JsonMapper.shared().readValue(record.value(), new TypeReference<Map<String, @Nullable Object>>() {
			}))).isEqualTo(command);
		assertThat(record.topic()).isEqualTo(type.topic());
		assertThat(record.key()).isEqualTo(command.key());
		assertThat(header(record, EventHeaders.CE_ID)).isEqualTo(id.toString());
	}

	@Test
	void aTypeThatIsNotShippedIsWrittenAlike() {
		ProducerRecord<String, byte[]> record = CommandRecord.of(UUID.randomUUID(), new CreateLamp(7));
		assertThat(record.topic()).isEqualTo("lamp.commands");
		assertThat(record.key()).isEqualTo("7");
		assertThat(record.value()).asString().isEqualTo("{\"number\":7}");
		assertThat(header(record, EventHeaders.CE_TYPE)).isEqualTo("com.example.lamp.create.v1");
	}

	private static String header(ProducerRecord<String, byte[]> record, String name) {
		return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
	}

}
