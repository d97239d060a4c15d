package dev.tidemark.worker.envelope;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;

/**
 * A well-formed command, with where it came from.
 *
 * @param cause its id, its time, and what it passes on
 * @param record the record that it came in
 * @param expectedVersion apply only if the aggregate has this version; null if any will
 * do
 * @param source who sent it, by the attribute of that name
 * @param command what is asked for
 */
public record ReceivedCommand(Cause cause, ReceivedRecord record, @Nullable Long expectedVersion, String source,
		Command command) {

	/**
	 * Returns the command's id.
	 * @return the id, unique for ever
	 */
	public UUID id() {
		return this.cause.commandId();
	}

	/**
	 * Returns where the command stood.
	 * @return the coordinates of its record
	 */
	public Coordinates coordinates() {
		return this.record.coordinates();
	}

}
