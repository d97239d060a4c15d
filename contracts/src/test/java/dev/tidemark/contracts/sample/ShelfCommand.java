package dev.tidemark.contracts.sample;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;

/**
 * Everything one can ask of a shelf.
 */
public sealed interface ShelfCommand extends Command {

	@Override
	default CommandType type() {
		return Shelves.TYPE.typeOf(this);
	}

	/** Asks for a new shelf. */
	record Create(long id) implements ShelfCommand {

		public Create {
			Shelves.CREATE.check(id);
		}

	}

	/** Asks for a shelf to be gone. */
	record Delete(long id) implements ShelfCommand {

		public Delete {
			Shelves.DELETE.check(id);
		}

	}

	/** Asks for a shelf to be published again. */
	record Republish(long id) implements ShelfCommand {

		public Republish {
			Shelves.REPUBLISH.check(id);
		}

	}

}
