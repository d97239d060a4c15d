package dev.tidemark.testcontainers;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.contracts.Verb;

/**
 * A type of aggregates that Tidemark does not ship.
 */
public final class Lamps {

	private static final Member<Long> NUMBER = Member.integer("number", 1, 9_999, "The number of the lamp.");

	private static final CommandType CREATE = CommandType.of(Verb.CREATE, "com.example.lamp.create.v1", "Create a lamp",
			"Asks for a new lamp.", CreateLamp.class, NUMBER);

	private static final CommandType DELETE = CommandType.of(Verb.DELETE, "com.example.lamp.delete.v1", "Delete a lamp",
			"Asks for a lamp to be gone.", DeleteLamp.class, NUMBER);

	private static final CommandType REPUBLISH = CommandType.of(Verb.REPUBLISH, "com.example.lamp.republish.v1",
			"Publish a lamp again", "Asks for a lamp to be published again.", RepublishLamp.class, NUMBER);

	/** Lamps, by their numbers. */
	public static final AggregateType TYPE = AggregateType.named("lamp", "lamps")
		.commands(CREATE, DELETE, REPUBLISH)
		.publishes(LampSnapshot.class, NUMBER);

	private Lamps() {
	}

	/**
	 * Asks for a new lamp.
	 */
	public record CreateLamp(long number) implements Command {

		@Override
		public CommandType type() {
			return CREATE;
		}

	}

	/**
	 * Asks for a lamp to be gone.
	 */
	public record DeleteLamp(long number) implements Command {

		@Override
		public CommandType type() {
			return DELETE;
		}

	}

	/**
	 * Asks for a lamp to be published again.
	 */
	public record RepublishLamp(long number) implements Command {

		@Override
		public CommandType type() {
			return REPUBLISH;
		}

	}

	/**
	 * A lamp as a command has left it.
	 */
	public record LampSnapshot(long number, long version) implements Snapshot {

		@Override
		public EventType eventType() {
			return TYPE.snapshot();
		}

	}

}
