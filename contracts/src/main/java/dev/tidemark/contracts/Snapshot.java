package dev.tidemark.contracts;

/**
 * How an aggregate stands after a command: the data of a read-model event. A snapshot is
 * a record that an {@link AggregateType} describes.
 */
public interface Snapshot {

	/**
	 * Returns the type of the event that carries this snapshot.
	 * @return a type of snapshots, never of tombstones
	 */
	EventType eventType();

	/**
	 * Returns the version of what is shown, which its create starts at 1.
	 * @return the version, 1 or more
	 */
	long version();

}
