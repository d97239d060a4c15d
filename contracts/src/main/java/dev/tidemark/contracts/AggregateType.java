package dev.tidemark.contracts;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The types of aggregates. What belongs to one is found by its name: its topics, the
 * types of its events, and the reasons for which its commands are rejected.
 */
public enum AggregateType {

	/** Tasks, by their ids. */
	TASK("task", "tasks", TaskSnapshot.class, EventType.TASK_SNAPSHOT, EventType.TASK_DELETED),

	/** Users, by their names. */
	USER("user", "users", UserSnapshot.class, EventType.USER_SNAPSHOT, EventType.USER_DELETED);

	private final String wireName;

	private final String plural;

	private final Class<? extends Snapshot> snapshotClass;

	private final EventType snapshot;

	private final EventType tombstone;

	AggregateType(String wireName, String plural, Class<? extends Snapshot> snapshotClass, EventType snapshot,
			EventType tombstone) {
		this.wireName = wireName;
		this.plural = plural;
		this.snapshotClass = snapshotClass;
		this.snapshot = snapshot;
		this.tombstone = tombstone;
	}

	/**
	 * Returns the type that has the given name.
	 * @param wireName the name, for example {@code task}
	 * @return the type, or null if there is none
	 */
	public static @Nullable AggregateType of(String wireName) {
		for (AggregateType type : values()) {
			if (type.wireName.equals(wireName)) {
				return type;
			}
		}
		return null;
	}

	/**
	 * Returns the name that the type has in the names of topics and types.
	 * @return for example {@code task}
	 */
	public String wireName() {
		return this.wireName;
	}

	/**
	 * Returns what several are called, on a command line too.
	 * @return for example {@code tasks}
	 */
	public String plural() {
		return this.plural;
	}

	/**
	 * Returns the topic of the commands, unless it is configured otherwise.
	 * @return for example {@code task.commands}
	 */
	public String commandTopic() {
		return this.wireName + ".commands";
	}

	/**
	 * Returns the topic of snapshots and tombstones, unless it is configured otherwise.
	 * @return for example {@code task.read-model}
	 */
	public String readModelTopic() {
		return this.wireName + ".read-model";
	}

	/**
	 * Returns what the data of a snapshot are.
	 * @return for example {@link TaskSnapshot}
	 */
	public Class<? extends Snapshot> snapshotClass() {
		return this.snapshotClass;
	}

	/**
	 * Returns the type of the event that says how an aggregate stands.
	 * @return for example {@link EventType#TASK_SNAPSHOT}
	 */
	public EventType snapshot() {
		return this.snapshot;
	}

	/**
	 * Returns the type of the event that says that an aggregate is gone.
	 * @return for example {@link EventType#TASK_DELETED}
	 */
	public EventType tombstone() {
		return this.tombstone;
	}

	/**
	 * Returns why a create is rejected of which there is one.
	 * @return for example {@link RejectionReason#TASK_ALREADY_EXISTS}
	 */
	public RejectionReason alreadyExists() {
		return reason("ALREADY_EXISTS");
	}

	/**
	 * Returns why a command is rejected whose aggregate, or the one it refers to, is not
	 * there.
	 * @return for example {@link RejectionReason#TASK_NOT_FOUND}
	 */
	public RejectionReason notFound() {
		return reason("NOT_FOUND");
	}

	/**
	 * Returns why a delete is rejected of one that others refer to.
	 * @param children the others' type, whose aggregates refer to this type's
	 * @return for example {@link RejectionReason#USER_HAS_TASKS}
	 * @throws IllegalArgumentException if they do not
	 */
	public RejectionReason has(AggregateType children) {
		return reason("HAS_" + children.plural.toUpperCase(Locale.ROOT));
	}

	private RejectionReason reason(String end) {
		return RejectionReason.valueOf(this.wireName.toUpperCase(Locale.ROOT) + "_" + end);
	}

}
