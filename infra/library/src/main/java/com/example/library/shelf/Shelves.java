package com.example.library.shelf;

import com.example.library.shelf.ShelfCommand.ChangeShelf;
import com.example.library.shelf.ShelfCommand.CreateShelf;
import com.example.library.shelf.ShelfCommand.DeleteShelf;
import com.example.library.shelf.ShelfCommand.RepublishShelf;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Verb;

/**
 * What travels of shelves.
 */
public final class Shelves {

	private static final Member<Long> NUMBER = Member.integer("number", 1, 999_999, "The shelf's key.");

	private static final Member<String> ROOM = Member.line("room", 1, 64, "Where the shelf stands.");

	static final Member<String> LABEL = Member.line("label", 1, 32, "What is written on the shelf, and on no other.");

	private static final Member<Long> CAPACITY = Member.integer("capacity", 1, 1_000, "How many books it holds.")
		.orNull();

	private static final CommandType CREATE = CommandType.of(Verb.CREATE, "com.example.shelf.create.v1",
			"Create a shelf", "Asks for a new shelf. It is rejected if the shelf is there, or another has its label.",
			CreateShelf.class, NUMBER, ROOM, LABEL, CAPACITY);

	private static final CommandType CHANGE = CommandType.of(Verb.CHANGE, "com.example.shelf.change.v1",
			"Change a shelf", "Asks for other values of some fields of a shelf: a merge patch (RFC 7396).",
			ChangeShelf.class, NUMBER, ROOM.patch(), LABEL.patch(), CAPACITY.patch());

	private static final CommandType DELETE = CommandType.of(Verb.DELETE, "com.example.shelf.delete.v1",
			"Delete a shelf", "Asks for a shelf to be gone. It is rejected while there are books on it.",
			DeleteShelf.class, NUMBER);

	private static final CommandType REPUBLISH = CommandType.of(Verb.REPUBLISH, "com.example.shelf.republish.v1",
			"Publish a shelf again", "Asks for the current snapshot of a shelf to be published again.",
			RepublishShelf.class, NUMBER);

	public static final AggregateType TYPE = AggregateType.named("shelf", "shelves")
		.commands(CREATE, CHANGE, DELETE, REPUBLISH)
		.unique(LABEL)
		.publishes(ShelfSnapshot.class, NUMBER, ROOM, LABEL, CAPACITY, Member.time("createdAt", "When it was created."),
				Member.time("updatedAt", "When it was changed last."));

	private Shelves() {
	}

}
