package dev.tidemark.contracts.sample;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Field;

/**
 * Everything one can ask of an item, with members of every kind.
 */
public sealed interface ItemCommand extends Command {

	@Override
	default CommandType type() {
		return Items.TYPE.typeOf(this);
	}

	/** All members are required. */
	record Create(String id, String note, String label, Colour colour, UUID serial, long rank, long count,
			BigDecimal price, boolean fragile, Instant made, Size size, long shelf) implements ItemCommand {

		public Create {
			Items.CREATE.check(id, note, label, colour, serial, rank, count, price, fragile, made, size, shelf);
		}

	}

	/** All members may be null. */
	record Label(String id, @Nullable String note, @Nullable String label, @Nullable Colour colour,
			@Nullable UUID serial, @Nullable Long rank, @Nullable Long count, @Nullable BigDecimal price,
			@Nullable Boolean fragile, @Nullable Instant made, @Nullable Size size) implements ItemCommand {

		public Label {
			Items.LABEL_IT.check(id, note, label, colour, serial, rank, count, price, fragile, made, size);
		}

	}

	/** All members have something in their place. */
	record Reset(String id, String note, String label, Colour colour, UUID serial, long rank, long count,
			BigDecimal price, boolean fragile, Instant made, Size size) implements ItemCommand {

		public Reset {
			Items.RESET.check(id, note, label, colour, serial, rank, count, price, fragile, made, size);
		}

	}

	/** A merge patch without null. */
	record Change(String id, Field<String> note, Field<String> label, Field<Colour> colour, Field<UUID> serial,
			Field<Long> rank, Field<Long> count, Field<BigDecimal> price, Field<Boolean> fragile, Field<Instant> made,
			Field<Size> size) implements ItemCommand {

		public Change {
			Items.CHANGE.check(id, note, label, colour, serial, rank, count, price, fragile, made, size);
		}

	}

	/** A merge patch with null. */
	record Clear(String id, Field<@Nullable String> note, Field<@Nullable String> label, Field<@Nullable Colour> colour,
			Field<@Nullable UUID> serial, Field<@Nullable Long> rank, Field<@Nullable Long> count,
			Field<@Nullable BigDecimal> price, Field<@Nullable Boolean> fragile, Field<@Nullable Instant> made,
			Field<@Nullable Size> size) implements ItemCommand {

		public Clear {
			Items.CLEAR.check(id, note, label, colour, serial, rank, count, price, fragile, made, size);
		}

	}

	/** Asks for an item to be gone. */
	record Delete(String id) implements ItemCommand {

		public Delete {
			Items.DELETE.check(id);
		}

	}

	/** Asks for an item to be published again. */
	record Republish(String id) implements ItemCommand {

		public Republish {
			Items.REPUBLISH.check(id);
		}

	}

	/** Asks for what waits to be taken up again. */
	record Resume(String id) implements ItemCommand {

		public Resume {
			Items.RESUME.check(id);
		}

	}

}
