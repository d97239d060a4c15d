package dev.tidemark.contracts;

/**
 * How a task or a user stands after a command: the data of a read-model event.
 */
public sealed interface Snapshot permits TaskSnapshot, UserSnapshot {

	/**
	 * Returns the type of the event that carries this snapshot.
	 * @return a type of snapshots, never of tombstones
	 */
	EventType eventType();

	/**
	 * Returns the version of what is shown, which its create or registration starts at 1.
	 * @return the version, 1 or more
	 */
	long version();

}
