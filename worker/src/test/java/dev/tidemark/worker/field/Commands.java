package dev.tidemark.worker.field;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Client;

/**
 * Commands as they should be, to be spoilt, or to be looked at whether they still come
 * through.
 */
final class Commands {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private Commands() {
	}

	static RegisterUser register(String username) {
		return new RegisterUser(username, HASH);
	}

	/** A task of the user {@code amara}. */
	static CreateTask create(UUID task, String title) {
		return new CreateTask(task, title, "amara", null, TaskStatus.PENDING);
	}

	static UpdateTask retitle(UUID task, String title) {
		return new UpdateTask(task, Field.given(title), Field.absent(), Field.absent(), Field.absent());
	}

	/** What a command's record has as its value, in binary mode. */
	static byte[] value(Command command) {
		return JsonMapper.shared().writeValueAsBytes(command.data());
	}

	/** A record in binary mode, for one partition whatever its key. */
	static ProducerRecord<byte[], byte[]> record(String topic, int partition, UUID id, Command command,
			String... headers) {
		return new ProducerRecord<>(topic, partition, null, Client.bytes(command.key()), value(command),
				Client.headers(id, command.type().wireName(), headers));
	}

	/** Headers in binary mode, as kcat takes them. */
	static List<String> headers(UUID id, String type, String... more) {
		List<String> headers = new ArrayList<>(List.of("ce_specversion=1.0", "ce_id=" + id, "ce_source=/kcat",
				"ce_type=" + type, "content-type=application/json"));
		headers.addAll(List.of(more));
		return headers;
	}

	/** A command in structured mode, with attributes that somebody may change. */
	static String structured(UUID id, Command command) {
		return "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/kcat\",\"type\":\"%s\",\"data\":%s}".formatted(id,
				command.type().wireName(), Client.text(value(command)));
	}

}
