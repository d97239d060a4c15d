package dev.tidemark.contracts.task;

import java.util.Arrays;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import dev.tidemark.contracts.MalformedDataException;

/**
 * How far a task is. A task has a time of completion exactly while it is {@link #DONE},
 * whichever command made it so.
 */
public enum TaskStatus {

	/** Not begun: what a new task is, unless its creator says otherwise. */
	PENDING("pending"),

	/** Begun, and not done. */
	IN_PROGRESS("in-progress"),

	/** Completed. */
	DONE("done");

	private final String wireName;

	TaskStatus(String wireName) {
		this.wireName = wireName;
	}

	/**
	 * Returns the status that has the given name in JSON.
	 * @param wireName the name, in lower case
	 * @return the status of that name
	 * @throws MalformedDataException if there is none
	 */
	@JsonCreator
	public static TaskStatus of(String wireName) {
		for (TaskStatus status : values()) {
			if (status.wireName.equals(wireName)) {
				return status;
			}
		}
		throw new MalformedDataException("status",
				Arrays.stream(values())
					.map(TaskStatus::wireName)
					.collect(Collectors.joining(", ", "must be one of ", "")));
	}

	/**
	 * Returns the name that this status has in JSON.
	 * @return the name, in lower case
	 */
	@JsonValue
	public String wireName() {
		return this.wireName;
	}

}
