package dev.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Why the state forbids a command. The first that holds, in the order of
 * {@link Catalogue#reasons()}, is the one that is given.
 *
 * @param name the name on the wire
 * @see AggregateType#alreadyExists()
 * @see AggregateType#notFound()
 * @see AggregateType#has(AggregateType)
 * @see AggregateType#taken(Member)
 */
public record RejectionReason(@JsonValue String name) {

	/**
	 * The version is not the one that {@link EventHeaders#CE_EXPECTEDVERSION} expects.
	 */
	public static final RejectionReason VERSION_CONFLICT = new RejectionReason("VERSION_CONFLICT");

	/**
	 * Takes a reason by its name, known or not.
	 */
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	public RejectionReason {
	}

	@Override
	public String toString() {
		return this.name;
	}

}
