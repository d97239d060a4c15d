package dev.tidemark.contracts.sample;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.sample.ShelfCommand.Create;
import dev.tidemark.contracts.sample.ShelfCommand.Delete;
import dev.tidemark.contracts.sample.ShelfCommand.Republish;

/**
 * What travels of shelves.
 */
public final class Shelves {

	static final Member<Long> ID = Member.integer("id", -9, 9_999, "The number of the shelf.");

	static final CommandType CREATE = CommandType.of(Verb.CREATE, "com.example.shelf.create.v1", "Create a shelf",
			"Asks for a new shelf.", Create.class, ID);

	static final CommandType DELETE = CommandType.of(Verb.DELETE, "com.example.shelf.delete.v1", "Delete a shelf",
			"Asks for a shelf to be gone.", Delete.class, ID);

	static final CommandType REPUBLISH = CommandType.of(Verb.REPUBLISH, "com.example.shelf.republish.v1",
			"Publish a shelf again", "Asks for a shelf to be published again.", Republish.class, ID);

	/** Shelves, by their numbers. */
	public static final AggregateType TYPE = AggregateType.named("shelf", "shelves")
		.commands(CREATE, DELETE, REPUBLISH)
		.publishes(ShelfSnapshot.class, ID);

	private Shelves() {
	}

}
