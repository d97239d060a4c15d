package dev.tidemark.worker.envelope;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;

/**
 * Commands as they come of well-formed records.
 */
public final class Received {

	/** When the commands were asked for. */
	public static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

	private Received() {
	}

	/**
	 * Returns a command with an id of its own, in the first partition of its topic.
	 * @param command what is asked for
	 * @param offset where its record stands
	 * @return the command
	 */
	public static ReceivedCommand at(long offset, Command command) {
		return at(offset, UUID.randomUUID(), command);
	}

	/**
	 * Returns a command in the first partition of its topic.
	 * @param offset where its record stands
	 * @param id its id
	 * @param command what is asked for
	 * @return the command
	 */
	public static ReceivedCommand at(long offset, UUID id, Command command) {
		return new ReceivedCommand(new Cause(id, AT, Tracing.NONE), record(offset, id, command), null, "/tests",
				command);
	}

	/**
	 * Returns a command that minds the version.
	 * @param expectedVersion the version that it expects
	 * @param received the same, without
	 * @return the command
	 */
	public static ReceivedCommand expecting(@Nullable Long expectedVersion, ReceivedCommand received) {
		return new ReceivedCommand(received.cause(), received.record(), expectedVersion, received.source(),
				received.command());
	}

	/**
	 * Returns a command that passes something on.
	 * @param tracing what it passes on
	 * @param received the same, without
	 * @return the command
	 */
	public static ReceivedCommand passingOn(Tracing tracing, ReceivedCommand received) {
		return new ReceivedCommand(new Cause(received.id(), received.cause().time(), tracing), received.record(),
				received.expectedVersion(), received.source(), received.command());
	}

	private static ReceivedRecord record(long offset, UUID id, Command command) {
		Headers headers = new RecordHeaders().add(EventHeaders.CE_SPECVERSION, bytes(EventHeaders.SPECVERSION))
			.add(EventHeaders.CE_ID, bytes(id.toString()))
			.add(EventHeaders.CE_SOURCE, bytes("/tests"))
			.add(EventHeaders.CE_TYPE, bytes(command.type().wireName()))
			.add(EventHeaders.CE_TIME, bytes(AT.toString()))
			.add(EventHeaders.CONTENT_TYPE, bytes(EventHeaders.JSON));
		return new ReceivedRecord(new Coordinates(command.type().topic(), 0, offset), AT.toEpochMilli(),
				bytes(command.key()), JsonMapper.shared().writeValueAsBytes(command.data()), headers);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
