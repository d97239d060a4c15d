package dev.tidemark.contracts.sample;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.sample.ItemCommand.Change;
import dev.tidemark.contracts.sample.ItemCommand.Clear;
import dev.tidemark.contracts.sample.ItemCommand.Create;
import dev.tidemark.contracts.sample.ItemCommand.Delete;
import dev.tidemark.contracts.sample.ItemCommand.Label;
import dev.tidemark.contracts.sample.ItemCommand.Republish;
import dev.tidemark.contracts.sample.ItemCommand.Reset;
import dev.tidemark.contracts.sample.ItemCommand.Resume;

/**
 * What travels of items.
 */
public final class Items {

	/** The values that stand in place of what is absent, as the wire has them. */
	public static final Map<String, Object> PRESETS = Map.of("note", "none", "label", "blank", "colour", "#ffffff",
			"serial", "00000000-0000-0000-0000-000000000000", "rank", new BigDecimal(3), "count", new BigDecimal(-1),
			"price", new BigDecimal("0.50"), "fragile", false, "made", "1970-01-01T00:00:00Z", "size", "small");

	static final Member<String> ID = Member.line("id", 1, 255, "The name of the item.");

	static final Member<String> NOTE = Member.text("note", 0, 100, "About the item.");

	static final Member<String> LABEL = Member.line("label", 3, 5, "What is written on it.");

	static final Member<Colour> COLOUR = Member.formatted("colour", Colour.class, Colour::new, Colour::code,
			Map.of("maxLength", 7, "pattern", Colour.PATTERN), "What it looks like.");

	static final Member<UUID> SERIAL = Member.uuid("serial", "Its serial number.").secret();

	static final Member<Long> RANK = Member.integer("rank", 1, 5, "How good it is.");

	static final Member<Long> COUNT = Member.integer("count", Long.MIN_VALUE, Long.MAX_VALUE, "How many there are.");

	static final Member<BigDecimal> PRICE = Member.decimal("price", 6, 2, "What it costs.");

	static final Member<Boolean> FRAGILE = Member.bool("fragile", "Whether it breaks.");

	static final Member<Instant> MADE = Member.time("made", "When it was made.");

	static final Member<Size> SIZE = Member.choice("size", Size.class, Size::wireName, "How large it is.");

	static final CommandType CREATE = CommandType.of(Verb.CREATE, "com.example.item.create.v1", "Create an item",
			"Asks for a new item.", Create.class, ID, NOTE, LABEL, COLOUR, SERIAL, RANK, COUNT, PRICE, FRAGILE, MADE,
			SIZE, Member.integer("shelf", -9, 9_999, "Where it lies."));

	static final CommandType LABEL_IT = CommandType.of(Verb.CHANGE, "com.example.item.label.v1", "Label an item",
			"Asks for another label.", Label.class, ID, NOTE.orNull(), LABEL.orNull(), COLOUR.orNull(), SERIAL.orNull(),
			RANK.orNull(), COUNT.orNull(), PRICE.orNull(), FRAGILE.orNull(), MADE.orNull(), SIZE.orNull());

	static final CommandType RESET = CommandType.of(Verb.CHANGE, "com.example.item.reset.v1", "Reset an item",
			"Asks for what is usual.", Reset.class, ID, NOTE.or("none"), LABEL.or("blank"),
			COLOUR.or(new Colour("#ffffff")), SERIAL.or(new UUID(0, 0)), RANK.or(3L), COUNT.or(-1L),
			PRICE.or(new BigDecimal("0.5")), FRAGILE.or(false), MADE.or(Instant.EPOCH), SIZE.or(Size.SMALL));

	static final CommandType CHANGE = CommandType.of(Verb.CHANGE, "com.example.item.change.v1", "Change an item",
			"Asks for something else: a merge patch.", Change.class, ID, NOTE.patch(), LABEL.patch(), COLOUR.patch(),
			SERIAL.patch(), RANK.patch(), COUNT.patch(), PRICE.patch(), FRAGILE.patch(), MADE.patch(), SIZE.patch());

	static final CommandType CLEAR = CommandType.of(Verb.CHANGE, "com.example.item.clear.v1", "Clear an item",
			"Asks for something else, or nothing: a merge patch.", Clear.class, ID, NOTE.patch().orNull(),
			LABEL.orNull().patch(), COLOUR.patch().orNull(), SERIAL.patch().orNull(), RANK.patch().orNull(),
			COUNT.patch().orNull(), PRICE.patch().orNull(), FRAGILE.patch().orNull(), MADE.patch().orNull(),
			SIZE.patch().orNull());

	static final CommandType DELETE = CommandType.of(Verb.DELETE, "com.example.item.delete.v1", "Delete an item",
			"Asks for an item to be gone.", Delete.class, ID);

	static final CommandType REPUBLISH = CommandType.of(Verb.REPUBLISH, "com.example.item.republish.v1",
			"Publish an item again", "Asks for an item to be published again.", Republish.class, ID);

	static final CommandType RESUME = CommandType.of(Verb.RESUME, "com.example.item.resume.v1", "Resume an item",
			"Asks for what waits to be taken up again.", Resume.class, ID);

	/** Items, by their names. */
	public static final AggregateType TYPE = AggregateType.named("item", "items")
		.commands(CREATE, LABEL_IT, RESET, CHANGE, CLEAR, DELETE, REPUBLISH, RESUME)
		.refersTo(Shelves.TYPE)
		.refersToItself()
		.nullUnless(MADE.orNull(), FRAGILE, true)
		.nullUnless(COUNT.orNull(), SIZE, Size.SMALL)
		.publishes(ItemSnapshot.class, ID, Member.integer("shelf", -9, 9_999, "Where it lies."),
				Member.decimal("price", 6, 2, "What it costs."), FRAGILE, SIZE.orNull(), MADE.orNull(), COUNT.orNull());

	private Items() {
	}

}
