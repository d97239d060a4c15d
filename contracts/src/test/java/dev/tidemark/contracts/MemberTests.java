package dev.tidemark.contracts;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.networknt.schema.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.documents.ContractDocuments;
import dev.tidemark.contracts.sample.Colour;
import dev.tidemark.contracts.sample.ItemCommand;
import dev.tidemark.contracts.sample.Items;
import dev.tidemark.contracts.sample.ShelfCommand;
import dev.tidemark.contracts.sample.Shelves;
import dev.tidemark.contracts.sample.Size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Whatever a member can be, its reader and its schema judge alike.
 */
class MemberTests {

	private static final Catalogue CATALOGUE = Catalogue.of(List.of(Shelves.TYPE, Items.TYPE));

	private static final Map<CommandType, Schema> SCHEMAS = schemas();

	/** What a text that has a type of its own can be is for that type to know. */
	private static final List<Object> COLOURS = List.of("#000000", "#09afff");

	private static Map<CommandType, Schema> schemas() {
		Map<String, String> files = ContractDocuments.of(CATALOGUE).files();
		return CATALOGUE.commands()
			.stream()
			.collect(Collectors.toMap(Function.identity(), (type) -> Documents
				.schemaOf(Objects.requireNonNull(files.get("schemas/" + type.wireName() + ".schema.json")))));
	}

	static Stream<Arguments> members() {
		return CATALOGUE.commands()
			.stream()
			.flatMap((type) -> type.rules().stream().map((member) -> Arguments.of(type, member)));
	}

	@ParameterizedTest
	@MethodSource("members")
	void whatIsAtTheEdgesIsReadAndAccepted(CommandType type, Member<?> member) {
		assertThat(wellFormed(member)).isNotEmpty().allSatisfy((value) -> {
			Map<String, @Nullable Object> data = smallest(type);
			data.put(member.wireName(), value);
			assertAccepted(type, data);
		});
	}

	@ParameterizedTest
	@MethodSource("members")
	void whatIsBeyondTheEdgesIsRefused(CommandType type, Member<?> member) {
		assertThat(illFormed(member)).isNotEmpty().allSatisfy((value) -> {
			Map<String, @Nullable Object> data = smallest(type);
			data.put(member.wireName(), value);
			assertRefused(type, member, data);
			if (value instanceof BigDecimal number && number.scale() < -1_000) {
				// The validator cannot hold it.
				return;
			}
			assertThat(isValid(type, data)).as("by the schema").isEqualTo(isOutOfSightOfSchemas(member, value));
		});
	}

	/** What JSON Schema cannot say, or not to every validator. */
	private static boolean isOutOfSightOfSchemas(Member<?> member, Object value) {
		if (!(value instanceof BigDecimal number)) {
			// Neither how many days a month has, nor what year it is in UTC.
			return value.equals("2026-02-30T09:30:00Z") || value.equals("0000-01-01T00:00:00+00:01");
		}
		return switch (member.wireName()) {
			// Many validators know no such numbers exactly.
			case "count" -> number.remainder(BigDecimal.ONE).signum() == 0;
			// Many validators would refuse multiples of 0.01 that are no binary
			// fractions.
			case "price" -> number.abs().compareTo(new BigDecimal(10_000)) < 0;
			default -> false;
		};
	}

	@ParameterizedTest
	@MethodSource("members")
	void whatIsRequiredMustBeThere(CommandType type, Member<?> member) {
		Map<String, @Nullable Object> data = smallest(type);
		data.remove(member.wireName());
		if (member.isRequired()) {
			assertThat(assertRefused(type, member, data)).hasMessage(member + ": is missing");
			assertThat(isValid(type, data)).isFalse();
		}
		else if (data.size() > 1 || !type.isPatch()) {
			assertAccepted(type, data);
		}
	}

	@ParameterizedTest
	@MethodSource("members")
	void nullIsForWhatMayBeNull(CommandType type, Member<?> member) {
		Map<String, @Nullable Object> data = smallest(type);
		data.put(member.wireName(), null);
		if (member.isNullable()) {
			assertAccepted(type, data);
		}
		else {
			assertThat(assertRefused(type, member, data)).hasMessage(member + ": must not be null");
			assertThat(isValid(type, data)).isFalse();
		}
	}

	@Test
	void somethingStandsInPlaceOfWhatIsAbsent() {
		CommandType type = type("reset");
		Command command = type.read(Map.of("id", "a"));
		Map<String, Object> expected = new LinkedHashMap<>(Items.PRESETS);
		expected.put("id", "a");
		assertThat(command.data()).isEqualTo(expected);
		assertThat(type.read(command.data())).isEqualTo(command);
		assertThat(type.rules().stream().skip(1))
			.allSatisfy((member) -> assertThat(member.preset()).isEqualTo(Items.PRESETS.get(member.wireName())));
	}

	@Test
	void patchTellsAbsentFromClearedFromGiven() {
		Map<String, @Nullable Object> data = new HashMap<>();
		data.put("id", "a");
		data.put("rank", null);
		data.put("price", new BigDecimal("1.5"));
		Command command = type("clear").read(data);
		assertThat(command).isInstanceOfSatisfying(ItemCommand.Clear.class, (clear) -> {
			assertThat(clear.note()).isEqualTo(Field.absent());
			assertThat(clear.rank().isGiven()).isTrue();
			assertThat(clear.rank().value()).isNull();
			assertThat(clear.price().value()).isEqualTo(new BigDecimal("1.50"));
		});
		data.put("price", new BigDecimal("1.50"));
		assertThat(command.data()).isEqualTo(data);
	}

	@Test
	void patchHasAFieldAtLeast() {
		for (String name : List.of("change", "clear")) {
			CommandType type = type(name);
			assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> type.read(Map.of("id", "a")))
				.withMessageStartingWith("data must have at least one of note, label, ");
			assertThat(isValid(type, new HashMap<>(Map.of("id", "a")))).isFalse();
			assertThat(type.isPatch()).isTrue();
		}
		assertThat(List.of(type("label"), type("reset"), type("delete"))).noneMatch(CommandType::isPatch);
	}

	@Test
	void whatIsReadIsWhatTheRecordHas() {
		Map<String, @Nullable Object> data = smallest(type("create"));
		data.putAll(Map.of("id", "lamp", "note", "", "label", "Lamp", "colour", "#0000ff", "serial",
				"0b7e4a0e-6d0a-4f0c-9a51-3f3f0a6b2c11", "rank", new BigDecimal("4.0"), "count", new BigDecimal("1E+3"),
				"price", new BigDecimal("-1E+1")));
		data.putAll(Map.of("fragile", true, "made", "2026-11-20T10:30:00.1234567+01:00", "size", "extra-large", "shelf",
				BigDecimal.TWO));
		ItemCommand.Create create = new ItemCommand.Create("lamp", "", "Lamp", new Colour("#0000ff"),
				UUID.fromString("0b7e4a0e-6d0a-4f0c-9a51-3f3f0a6b2c11"), 4, 1_000, new BigDecimal("-10.00"), true,
				Instant.parse("2026-11-20T09:30:00.123456Z"), Size.EXTRA_LARGE, 2);
		assertThat(type("create").read(data)).isEqualTo(create);
		assertThat(create.data()).containsExactly(Map.entry("id", "lamp"), Map.entry("note", ""),
				Map.entry("label", "Lamp"), Map.entry("colour", "#0000ff"),
				Map.entry("serial", "0b7e4a0e-6d0a-4f0c-9a51-3f3f0a6b2c11"), Map.entry("rank", new BigDecimal(4)),
				Map.entry("count", new BigDecimal(1_000)), Map.entry("price", new BigDecimal("-10.00")),
				Map.entry("fragile", true), Map.entry("made", "2026-11-20T09:30:00.123456Z"),
				Map.entry("size", "extra-large"), Map.entry("shelf", new BigDecimal(2)));
	}

	@Test
	void whatJavaHasMoreOfThanTheWireIsCut() {
		ItemCommand.Label label = new ItemCommand.Label("a", null, null, null, null, null, null,
				new BigDecimal("1.5000"), null, Instant.parse("2026-11-20T09:30:00.123456789Z"), null);
		assertThat(label.data()).containsExactly(Map.entry("id", "a"), Map.entry("price", new BigDecimal("1.50")),
				Map.entry("made", "2026-11-20T09:30:00.123456Z"));
	}

	@Test
	void keyIsText() {
		assertThat(new ShelfCommand.Delete(-9).key()).isEqualTo("-9");
		assertThat(new ShelfCommand.Delete(1_000).key()).isEqualTo("1000");
		assertThat(new ItemCommand.Delete("Lampe").key()).isEqualTo("Lampe");
	}

	@Test
	void recordDemandsWhatTheWireDemands() {
		assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> new ShelfCommand.Create(-10))
			.withMessage("id: must be -9 to 9999");
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> labelled("too long", new BigDecimal("1.50"), Instant.EPOCH))
			.withMessage("label: must have 3 to 5 code points");
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> labelled("Lamp", new BigDecimal("1.505"), Instant.EPOCH))
			.withMessage("price: must have at most 4 digits before the point and 2 behind it");
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> labelled("Lamp", new BigDecimal("1.50"), Instant.MAX))
			.withMessageStartingWith("made: is outside of the years 0000 to 9999");
	}

	private static ItemCommand labelled(String label, BigDecimal price, Instant made) {
		return new ItemCommand.Label("a", null, label, null, null, null, null, price, null, made, null);
	}

	@Test
	@SuppressWarnings("NullAway") // what callers without a null checker may do
	void nullIsRefused() {
		assertThatNullPointerException().isThrownBy(() -> new ItemCommand.Delete(null)).withMessage("id");
		assertThatNullPointerException()
			.isThrownBy(() -> new ItemCommand.Change("a", null, Field.absent(), Field.absent(), Field.absent(),
					Field.absent(), Field.absent(), Field.absent(), Field.absent(), Field.absent(), Field.absent()))
			.withMessage("note");
		assertThatNullPointerException()
			.isThrownBy(() -> new ItemCommand.Change("a", Field.given(null), Field.absent(), Field.absent(),
					Field.absent(), Field.absent(), Field.absent(), Field.absent(), Field.absent(), Field.absent(),
					Field.absent()))
			.withMessage("note");
	}

	@Test
	void hugeExponentsAreRefusedAtOnce() {
		for (String number : List.of("1E+999999999", "-1E+999999999", "1E-999999999")) {
			for (String name : List.of("rank", "count", "price")) {
				Map<String, @Nullable Object> data = smallest(type("create"));
				data.put(name, new BigDecimal(number));
				assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> type("create").read(data))
					.withMessageStartingWith(name + ": must ");
			}
		}
		assertThat(type("label").read(Map.of("id", "a", "price", new BigDecimal("0E+999999999"))).data())
			.containsEntry("price", new BigDecimal("0.00"));
	}

	@Test
	void secretIsNobodysToRead() {
		assertThat(type("create").rules()).filteredOn(Member::isSecret)
			.extracting(Member::wireName)
			.containsExactly("serial");
		assertThat(type("create").shownMembers()).hasSize(11).doesNotContain("serial");
		assertThat(List.of("label", "reset", "change", "clear"))
			.allSatisfy((name) -> assertThat(type(name).shownMembers()).doesNotContain("serial"));
	}

	@Test
	void ruleHasWords() {
		assertThat(type("create").rules().stream().map(Member::words)).containsExactly(
				"1 to 255 code points, no control characters", "at most 100 code points",
				"3 to 5 code points, no control characters", "text in a form of its own, at most 7 code points",
				"a UUID, 8-4-4-4-12 hexadecimal digits in lower case", "an integer, 1 to 5",
				"an integer, -9,223,372,036,854,775,808 to 9,223,372,036,854,775,807",
				"a number, at most 4 digits before the point and 2 behind it", "`true` or `false`",
				"a time by RFC 3339 with seconds and an offset, cut to microseconds", "`small` or `extra-large`",
				"an integer, -9 to 9,999");
		assertThat(Member.text("a", 7, 7, "A.").words()).isEqualTo("7 code points");
		assertThat(Member.text("a", 7, 7, "A.").inWords("seven").orNull().words()).isEqualTo("seven");
	}

	@Test
	void sayingChangesNothingElse() {
		Member<String> member = Member.text("a", 1, 2, "A.").or("x").secret().inWords("words").saying("B.");
		assertThat(member.description()).isEqualTo("B.");
		assertThat(member.preset()).isEqualTo("x");
		assertThat(member.isSecret()).isTrue();
		assertThat(member.words()).isEqualTo("words");
		assertThat(member.isRequired()).isFalse();
	}

	@Test
	void contradictionsAreNoMembers() {
		assertThatIllegalArgumentException().isThrownBy(() -> Member.text("a", 2, 1, "A."));
		assertThatIllegalArgumentException().isThrownBy(() -> Member.line("a", 0, 0, "A."));
		assertThatIllegalArgumentException().isThrownBy(() -> Member.integer("a", 2, 1, "A."));
		assertThatIllegalArgumentException().isThrownBy(() -> Member.decimal("a", 2, 3, "A."));
		assertThatIllegalArgumentException().isThrownBy(() -> Member.decimal("a", 0, 0, "A."));
		assertThatExceptionOfType(MalformedDataException.class)
			.isThrownBy(() -> Member.integer("a", 1, 2, "A.").or(3L));
		assertThatIllegalStateException().isThrownBy(() -> Member.integer("a", 1, 2, "A.").orNull().or(1L));
		assertThatIllegalStateException().isThrownBy(() -> Member.integer("a", 1, 2, "A.").or(1L).orNull());
		assertThatIllegalStateException().isThrownBy(() -> Member.integer("a", 1, 2, "A.").patch().or(1L));
	}

	@Test
	void keywordsOfAFormatHaveOneOrder() {
		Map<String, Object> keywords = new HashMap<>();
		List.of("pattern", "maxLength", "examples", "contentEncoding", "minLength")
			.forEach((keyword) -> keywords.put(keyword, 1));
		assertThat(Member.formatted("a", Colour.class, Colour::new, Colour::code, keywords, "A.").schema().keySet())
			.containsExactly("type", "contentEncoding", "examples", "maxLength", "minLength", "pattern");
	}

	private static CommandType type(String name) {
		return Objects.requireNonNull(CATALOGUE.command("com.example.item." + name + ".v1"));
	}

	private static List<Object> wellFormed(Member<?> member) {
		return (member.type() == Colour.class) ? COLOURS : List.copyOf(member.edges(true));
	}

	private static List<Object> illFormed(Member<?> member) {
		return (member.type() == Colour.class)
				? Stream.concat(Stream.of("", "#09AFFF", "#09afff "), member.edges(false).stream()).toList()
				: List.copyOf(member.edges(false));
	}

	private static Map<String, @Nullable Object> smallest(CommandType type) {
		Map<String, @Nullable Object> data = new LinkedHashMap<>();
		for (Member<?> member : type.rules()) {
			// A patch has something to say.
			if (member.isRequired() || (type.isPatch() && member.wireName().equals("note"))) {
				data.put(member.wireName(), wellFormed(member).getFirst());
			}
		}
		return data;
	}

	private static void assertAccepted(CommandType type, Map<String, @Nullable Object> data) {
		Command command = type.read(data);
		assertThat(type.read(command.data())).isEqualTo(command);
		assertThat(isValid(type, data)).as("as it came").isTrue();
		assertThat(isValid(type, command.data())).as("as it is written").isTrue();
	}

	private static MalformedDataException assertRefused(CommandType type, Member<?> member,
			Map<String, @Nullable Object> data) {
		MalformedDataException refusal = catchThrowableOfType(MalformedDataException.class, () -> type.read(data));
		assertThat(refusal).isNotNull().satisfies((ex) -> assertThat(ex.field()).isEqualTo(member.wireName()));
		return refusal;
	}

	private static boolean isValid(CommandType type, Map<String, @Nullable Object> data) {
		JsonNode json = Documents.JSON.valueToTree(data);
		return Objects.requireNonNull(SCHEMAS.get(type)).validate(json).isEmpty();
	}

}
