package dev.tidemark.worker.envelope;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Verb;

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

	/**
	 * Makes the command that needs nothing but the key.
	 * @param verb what is asked for, which the aggregate can be asked
	 * @return the command, whose key is this one if it is written as records have it
	 * @throws IllegalArgumentException if there can be no such key
	 */
	public Command command(Verb verb) {
		CommandType command = Objects.requireNonNull(this.type.command(verb), this.type::wireName);
		// A key that is an integer is no text in JSON.
		Object json = (this.type.key().type() == Long.class) ? new BigDecimal(this.key) : this.key;
		return command.read(Map.of(this.type.key().wireName(), json));
	}

}
