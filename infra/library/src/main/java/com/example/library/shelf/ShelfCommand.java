package com.example.library.shelf;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Field;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of a shelf.
 */
public sealed interface ShelfCommand extends Command {

	@Override
	default CommandType type() {
		return Shelves.TYPE.typeOf(this);
	}

	record CreateShelf(long number, String room, String label, @Nullable Long capacity) implements ShelfCommand {
	}

	record ChangeShelf(long number, Field<String> room, Field<String> label,
			Field<@Nullable Long> capacity) implements ShelfCommand {
	}

	record DeleteShelf(long number) implements ShelfCommand {
	}

	record RepublishShelf(long number) implements ShelfCommand {
	}

}
