package dev.tidemark.contracts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.sample.Items;
import dev.tidemark.contracts.sample.Shelves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A declaration that contradicts itself is refused, in words that say what to mend.
 */
class DeclarationTests {

	private static final Member<Long> ID = Member.integer("id", 1, 9, "The number of the thing.");

	private static final Member<String> NAME = Member.text("name", 0, 9, "The name of the thing.");

	/** Something that can be declared. */
	interface Thing extends Command {

		@Override
		default CommandType type() {
			throw new UnsupportedOperationException();
		}

	}

	/** A command for each verb. */
	public record Make(long id) implements Thing {
	}

	/** The same with a name. */
	public record Name(long id, String name) implements Thing {
	}

	/** A create with more than the key. */
	public record Tag(long id, String tagNo) implements Thing {
	}

	/** How such a thing stands. */
	public record Tagged(long id, String tagNo, @Nullable String name, long version) implements Snapshot {

		@Override
		public EventType eventType() {
			throw new UnsupportedOperationException();
		}

	}

	/** A command that has its key last. */
	public record Rename(String name, long id) implements Thing {
	}

	/** A patch. */
	public record Patch(long id, Field<String> name) implements Thing {
	}

	/** A patch that says too little of its field. */
	public record Vague(long id, Field<?> name) implements Thing {
	}

	/** A command whose key is a text. */
	public record Call(String name) implements Thing {
	}

	/** A command whose key is a time. */
	public record Ring(Instant at) implements Thing {
	}

	/** No record. */
	public static final class Classic implements Thing {

	}

	/** No record for everybody. */
	record Hidden(long id) implements Thing {
	}

	/** How a thing stands. */
	public record State(long id, @Nullable String name, long version) implements Snapshot {

		@Override
		public EventType eventType() {
			throw new UnsupportedOperationException();
		}

	}

	/** How a thing stands, with no key. */
	public record Nameless(String name, long version) implements Snapshot {

		@Override
		public EventType eventType() {
			throw new UnsupportedOperationException();
		}

	}

	@Test
	void membersAreTheComponentsOfTheRecordInTheirOrder() {
		assertThat(command(Verb.CHANGE, "name", Name.class, ID, NAME).members()).containsExactly("id", "name");
		refused(() -> command(Verb.CHANGE, "name", Name.class, NAME, ID), "the members are [name, id]",
				"are [id, name]");
		refused(() -> command(Verb.CHANGE, "name", Name.class, ID), "the members are [id]");
		refused(() -> command(Verb.CHANGE, "name", Make.class, ID, NAME), "the members are [id, name]");
		refused(() -> command(Verb.CHANGE, "name", Make.class), "the members are []");
	}

	@Test
	void membersHaveTheTypesOfTheComponents() {
		refused(() -> command(Verb.CHANGE, "name", Name.class, ID, Member.uuid("name", "A.")),
				"name must be a UUID, and is a String");
		refused(() -> command(Verb.CHANGE, "name", Name.class, ID, NAME.patch()),
				"name must be a Field<String>, and is a java.lang.String");
		refused(() -> command(Verb.CHANGE, "name", Patch.class, ID, NAME), "name must be a String, and is a Field");
		refused(() -> command(Verb.CHANGE, "name", Patch.class, ID, Member.uuid("name", "A.").patch()),
				"name must be a Field<UUID>, and is a ");
		refused(() -> command(Verb.CHANGE, "name", Vague.class, ID, NAME.patch()), "name must be a Field<String>");
		refused(() -> command(Verb.CHANGE, "make", Make.class, ID.orNull()), "id must be a Long, and is a long");
	}

	@Test
	void commandIsARecordForEverybody() {
		refused(() -> command(Verb.CHANGE, "make", Classic.class, ID), "Classic must be a record");
		refused(() -> command(Verb.CHANGE, "make", Hidden.class, ID), "must be a public record");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "make", "com.example.thing.make", "com.example.thing.make.v0", "v1", "thing.v1",
			"com.example.Thing.make.v1", "com..thing.make.v1", "com.example.thing.make.v1 ",
			"com.example.thing.m/ake.v1" })
	void nameOnTheWireIsLowerCaseAndHasAVersion(String name) {
		refused(() -> CommandType.of(Verb.CREATE, name, "Title", "Asks.", Make.class, ID), name + ": a type must be");
	}

	@Test
	void aTypeOfCommandsBelongsToOneAggregate() {
		CommandType alone = command(Verb.CREATE, "make", Make.class, ID);
		assertThatIllegalStateException().isThrownBy(alone::aggregate).withMessageContaining("thing.make.v1");
		refused(() -> AggregateType.named("shelf", "shelves").commands(alone).publishes(State.class, ID, name()),
				"the type must be a domain, shelf, ");
		refused(() -> thing().commands(Shelves.TYPE.commands().toArray(CommandType[]::new))
			.publishes(State.class, ID, name()), "the type must be a domain, thing, ");
		CommandType[] commands = commands().toArray(CommandType[]::new);
		AggregateType type = thing().commands(commands).publishes(State.class, ID, name());
		assertThat(commands[0].aggregate()).isSameAs(type);
		refused(() -> thing().commands(commands).publishes(State.class, ID, name()),
				"make.v1 is a command of two aggregates");
	}

	@Test
	void whatWasRefusedCanBeDeclaredBetter() {
		CommandType[] commands = commands().toArray(CommandType[]::new);
		refused(() -> thing().commands(commands).publishes(State.class, ID), "the members of a snapshot are");
		assertThat(thing().commands(commands).publishes(State.class, ID, name()).commands()).containsExactly(commands);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Thing", "thing-s", "things_", "2things", "a23456789012345678901234567890123" })
	void namesAreThoseOfTopics(String name) {
		refused(() -> AggregateType.named(name, "things")
			.commands(commands().toArray(CommandType[]::new))
			.publishes(State.class, ID, name()), name + ": a name must have");
		refused(() -> AggregateType.named("thing", name)
			.commands(commands().toArray(CommandType[]::new))
			.publishes(State.class, ID, name()), name + ": a name must have");
	}

	@Test
	void everythingCanBeCreatedDeletedAndRepublishedInOneWay() {
		declaredBut((commands) -> commands.clear(), "thing has no commands");
		declaredBut((commands) -> commands.removeFirst(), "thing has 0 commands that create");
		declaredBut((commands) -> commands.add(command(Verb.CREATE, "name", Name.class, ID, NAME)),
				"thing has 2 commands that create");
		declaredBut((commands) -> commands.remove(1), "thing has 0 commands that delete");
		declaredBut((commands) -> commands.remove(2), "thing has 0 commands that republish");
	}

	@Test
	void whatRefersToOthersCanBeResumed() {
		declaredBut((commands) -> commands.add(command(Verb.RESUME, "name", Name.class, ID, NAME)),
				"thing has 1 commands that resume: one is needed where it refers to others, and none otherwise");
		refused(() -> thing().commands(commands().toArray(CommandType[]::new))
			.refersTo(Shelves.TYPE)
			.publishes(State.class, ID, name()), "thing has 0 commands that resume");
		refused(() -> thing().commands(commands().toArray(CommandType[]::new))
			.refersToItself()
			.publishes(State.class, ID, name()), "thing has 0 commands that resume");
		assertThat(Items.TYPE.parents()).containsExactly(Shelves.TYPE, Items.TYPE);
		assertThat(Shelves.TYPE.has(Items.TYPE).name()).isEqualTo("SHELF_HAS_ITEMS");
		assertThat(Items.TYPE.has(Items.TYPE).name()).isEqualTo("ITEM_HAS_ITEMS");
	}

	@Test
	void namesOfTypesBeginAlikeAndAreUnique() {
		declaredBut((commands) -> commands
			.add(CommandType.of(Verb.CHANGE, "org.example.thing.name.v1", "Name", "Asks.", Name.class, ID, NAME)),
				"org.example.thing.name.v1 must begin with com.example.thing.");
		declaredBut((commands) -> commands
			.add(CommandType.of(Verb.CHANGE, "com.example.thing.name.it.v1", "Name", "Asks.", Name.class, ID, NAME)),
				"com.example.thing.name.it.v1 must begin with com.example.thing.");
		for (String taken : List.of("make", "snapshot", "deleted")) {
			declaredBut((commands) -> commands.add(command(Verb.CHANGE, taken, Name.class, ID, NAME)),
					taken + ".v1 is the name of another type, too");
		}
		declaredBut((commands) -> commands.add(command(Verb.CHANGE, "remake", Make.class, ID)),
				"two types of commands that are the same record");
	}

	@Test
	void firstMemberIsTheKeyOfEveryCommand() {
		declaredBut((commands) -> commands.add(command(Verb.CHANGE, "rename", Rename.class, NAME, ID)),
				"thing.rename.v1: the first member must be the key, id");
		declaredBut(
				(commands) -> commands
					.add(command(Verb.CHANGE, "name", Name.class, Member.integer("id", 1, 10, "A."), NAME)),
				"thing.name.v1: the first member must be the key, id, with the same rule");
		declaredBut((commands) -> commands.add(command(Verb.CHANGE, "name", Name.class, ID.secret(), NAME)),
				"thing.name.v1: the first member must be the key, id");
		declaredBut((commands) -> commands.add(command(Verb.CHANGE, "name", Name.class, ID.or(1L), NAME)),
				"thing.name.v1: the first member must be the key, id");
	}

	@Test
	void keyIsNotAnything() {
		keyRefused(Call.class, NAME);
		keyRefused(Call.class, Member.text("name", 1, 256, "A."));
		keyRefused(Call.class, Member.text("name", 1, 9, "A.").secret());
		keyRefused(Call.class, Member.text("name", 1, 9, "A.").or("a"));
		keyRefused(Call.class, Member.formatted("name", String.class, (text) -> text, (text) -> text,
				Map.of("pattern", "^a*$"), "A."));
		keyRefused(Ring.class, Member.time("at", "A."));
	}

	private static void keyRefused(Class<? extends Command> command, Member<?> key) {
		refused(() -> thing().commands(command(Verb.CREATE, "make", command, key)).publishes(State.class, key),
				"thing: the key " + key + " must be an integer, a UUID or a text of 1 to 255 code points");
	}

	@Test
	void snapshotHasTheKeyFirstAndTheVersionLast() {
		snapshotRefused(State.class, "the members of a snapshot are [id, version], but the components of ", ID);
		snapshotRefused(State.class, "the members of a snapshot are [name, id, version]", name(), ID);
		snapshotRefused(Nameless.class, "the first member of a snapshot must be the key, id", NAME);
	}

	@Test
	void snapshotHasNothingButWhatIsAlwaysThereForEverybody() {
		snapshotRefused(State.class, "name must be a UUID, and is a String", ID, Member.uuid("name", "A."));
		snapshotRefused(State.class, "name is always there in a snapshot", ID, NAME.or("a"));
		snapshotRefused(State.class, "name is always there in a snapshot", ID, NAME.patch());
		snapshotRefused(State.class, "everybody may read it", ID, NAME.secret());
	}

	@Test
	void onlyWhatCanBeNullIsNullUnless() {
		Member<UUID> other = Member.uuid("other", "A.");
		refusedDeclaration((declaration) -> declaration.nullUnless(NAME, ID, 1L), "`name` is `null` unless `id` is `1`",
				ID, NAME);
		refusedDeclaration((declaration) -> declaration.nullUnless(other, ID, 1L), "`other` is `null` unless", ID,
				name());
		refusedDeclaration((declaration) -> declaration.nullUnless(name(), other, new UUID(0, 0)),
				"`name` is `null` unless `other`", ID, name());
	}

	@Test
	void whatIsUniqueIsCreatedAndPublishedAndFitsAnIndex() {
		AggregateType type = tagged("tagNo", 255).unique(Member.line("tagNo", 1, 255, "A."))
			.publishes(Tagged.class, ID, Member.line("tagNo", 1, 255, "A."), name());
		assertThat(type.uniqueMembers()).extracting(Member::wireName).containsExactly("tagNo");
		assertThat(type.taken(type.uniqueMembers().getFirst()).name()).isEqualTo("THING_TAG_NO_TAKEN");
		assertThat(Catalogue.of(List.of(type)).reasons()).extracting(RejectionReason::name)
			.containsExactly("THING_ALREADY_EXISTS", "THING_NOT_FOUND", "VERSION_CONFLICT", "THING_TAG_NO_TAKEN");
		assertThatIllegalArgumentException().isThrownBy(() -> type.taken(NAME)).withMessageContaining("is not unique");
		for (Member<?> no : List.of(ID, NAME, Member.line("tagNo", 1, 256, "A."), Member.time("tagNo", "A."),
				Member.line("tagNo", 1, 9, "A.").secret(), Member.line("tagnumber", 1, 9, "A."))) {
			refused(() -> tagged("tagNo", 255).unique(no)
				.publishes(Tagged.class, ID, Member.line("tagNo", 1, 255, "A."), name()),
					"thing: " + no + " can't be unique");
		}
	}

	/** Things that have a member beside the key from the beginning. */
	private static AggregateType.Declaration tagged(String member, int most) {
		List<CommandType> commands = new ArrayList<>(commands());
		commands.set(0, command(Verb.CREATE, "make", Tag.class, ID, Member.line(member, 1, most, "A.")));
		return thing().commands(commands.toArray(CommandType[]::new));
	}

	@Test
	void namesInACatalogueAreUnique() {
		AggregateType type = thing().commands(commands().toArray(CommandType[]::new))
			.publishes(State.class, ID, name());
		AggregateType again = thing().commands(commands().toArray(CommandType[]::new))
			.publishes(State.class, ID, name());
		AggregateType things = AggregateType.named("things", "thingses")
			.commands(commands("com.example.things.").toArray(CommandType[]::new))
			.publishes(State.class, ID, name());
		refused(() -> Catalogue.of(List.of(type, again)), "thing is a name of thing and of thing");
		refused(() -> Catalogue.of(List.of(type, type)), "thing is a name of thing and of thing");
		refused(() -> Catalogue.of(List.of(type, things)), "things is a name of thing and of things");
		assertThat(Catalogue.of(List.of(type)).aggregates()).containsExactly(type);
	}

	@Test
	void rejectionsHaveTheirNameForThemselves() {
		AggregateType type = AggregateType.named("command", "commands")
			.commands(
					Stream
						.concat(commands("dev.tidemark.command.").stream(),
								Stream.of(CommandType.of(Verb.CHANGE, "dev.tidemark.command.rejected.v1", "Title",
										"Asks.", Name.class, ID, NAME)))
						.toArray(CommandType[]::new))
			.publishes(State.class, ID, name());
		refused(() -> Catalogue.of(List.of(type)), "dev.tidemark.command.rejected.v1 is the name of another type, too");
	}

	@Test
	void catalogueHasWhateverIsReferredTo() {
		refused(() -> Catalogue.of(List.of(Items.TYPE)), "items refer to shelves, which are not in the catalogue");
		assertThat(Catalogue.of(List.of(Items.TYPE, Shelves.TYPE)).aggregates()).containsExactly(Items.TYPE,
				Shelves.TYPE);
	}

	@Test
	void applicationHasOneCatalogue() {
		assertThat(Catalogue.installed()).isSameAs(Catalogue.installed());
	}

	private static AggregateType.Declaration thing() {
		return AggregateType.named("thing", "things");
	}

	private static Member<String> name() {
		return NAME.orNull();
	}

	private static CommandType command(Verb verb, String name, Class<? extends Command> command, Member<?>... members) {
		return CommandType.of(verb, "com.example.thing." + name + ".v1", "Title", "Asks.", command, members);
	}

	/** A command for each verb that is needed. */
	private static List<CommandType> commands() {
		return commands("com.example.thing.");
	}

	private static List<CommandType> commands(String prefix) {
		return List.of(CommandType.of(Verb.CREATE, prefix + "make.v1", "Title", "Asks.", Make.class, ID),
				CommandType.of(Verb.DELETE, prefix + "break.v1", "Title", "Asks.", Break.class, ID),
				CommandType.of(Verb.REPUBLISH, prefix + "show.v1", "Title", "Asks.", Show.class, ID));
	}

	/** Another command. */
	public record Break(long id) implements Thing {
	}

	/** Another command. */
	public record Show(long id) implements Thing {
	}

	private static void declaredBut(Consumer<List<CommandType>> change, String message) {
		List<CommandType> commands = new ArrayList<>(commands());
		change.accept(commands);
		refused(() -> declare(commands), message);
	}

	private static AggregateType declare(Collection<CommandType> commands) {
		return thing().commands(commands.toArray(CommandType[]::new)).publishes(State.class, ID, name());
	}

	private static void snapshotRefused(Class<? extends Snapshot> snapshot, String message, Member<?>... members) {
		refused(() -> thing().commands(commands().toArray(CommandType[]::new)).publishes(snapshot, members), message);
	}

	private static void refusedDeclaration(UnaryOperator<AggregateType.Declaration> rule, String message,
			Member<?>... members) {
		refused(() -> rule.apply(thing().commands(commands().toArray(CommandType[]::new)))
			.publishes(State.class, members), message);
	}

	private static void refused(ThrowingCallable declaration, String... messages) {
		assertThatIllegalArgumentException().isThrownBy(declaration)
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(messages));
	}

}
