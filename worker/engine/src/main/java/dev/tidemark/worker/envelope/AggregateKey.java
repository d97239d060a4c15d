package dev.tidemark.worker.envelope;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;

/**
 * Which aggregate a command is for.
 *
 * @param type the aggregate's type
 * @param key its key, as records have it
 */
public record AggregateKey(AggregateType type, String key) {

	/**
	 * Says which aggregate a command is for.
	 * @param command the command
	 * @return its aggregate's type and key
	 */
	public static AggregateKey of(Command command) {
		return new AggregateKey(command.type().aggregate(), command.key());
	}

}
