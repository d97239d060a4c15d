package dev.tidemark.testcontainers;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;

/**
 * Writes a command as the record that Tidemark reads: a CloudEvent in binary mode.
 */
final class CommandRecord {

	private static final String SOURCE = "/tests";

	private CommandRecord() {
	}

	/**
	 * Writes a command.
	 * @param id the command id
	 * @param command the command
	 * @return the record, for the command's topic and with its key
	 */
	static ProducerRecord<String, byte[]> of(UUID id, Command command) {
		ProducerRecord<String, byte[]> record = new ProducerRecord<>(command.type().topic(), command.key(),
				JsonMapper.shared().writeValueAsBytes(command.data()));
		header(record, EventHeaders.CE_SPECVERSION, EventHeaders.SPECVERSION);
		header(record, EventHeaders.CE_ID, id.toString());
		header(record, EventHeaders.CE_SOURCE, SOURCE);
		header(record, EventHeaders.CE_TYPE, command.type().wireName());
		header(record, EventHeaders.CONTENT_TYPE, EventHeaders.JSON);
		return record;
	}

	private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
		record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
	}

}
