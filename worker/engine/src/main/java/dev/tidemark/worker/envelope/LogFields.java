package dev.tidemark.worker.envelope;

import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The fields of every line in the log that is about a command.
 */
public final class LogFields {

	private LogFields() {
	}

	/**
	 * Adds them to a line.
	 * @param line the line
	 * @param coordinates the command's record
	 * @param commandId the command's id; null if it is not known
	 * @return the line
	 */
	public static LoggingEventBuilder add(LoggingEventBuilder line, Coordinates coordinates,
			@Nullable Object commandId) {
		LoggingEventBuilder named = (commandId != null) ? line.addKeyValue("command_id", commandId.toString()) : line;
		return named.addKeyValue("topic", coordinates.topic())
			.addKeyValue("partition", coordinates.partition())
			.addKeyValue("offset", coordinates.offset());
	}

}
