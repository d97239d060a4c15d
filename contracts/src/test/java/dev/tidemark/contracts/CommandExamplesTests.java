package dev.tidemark.contracts;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import dev.tidemark.contracts.shipped.ShippedAggregates;
import dev.tidemark.contracts.examples.Example;
import dev.tidemark.contracts.examples.Examples;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Schemas and types judge every example alike.
 */
class CommandExamplesTests {

	static final String VALID = "dev.tidemark.contracts.examples.Examples#valid";

	static final String INVALID = "dev.tidemark.contracts.examples.Examples#invalid";

	@ParameterizedTest
	@MethodSource(VALID)
	void schemaAcceptsWhatIsValid(Example example) {
		CommandType type = typeOf(example);
		assertThat(Documents.schema(type.wireName()).validate(Documents.dataOf(example))).isEmpty();
	}

	@ParameterizedTest
	@MethodSource(VALID)
	void typesAcceptWhatIsValid(Example example) {
		CommandType type = typeOf(example);
		Command command = type.read(membersOf(example));
		assertThat(command.type()).isEqualTo(type);
		assertThat(command.key()).isEqualTo(example.keyText());
		assertThat(type.topic()).isEqualTo(example.topic());
	}

	@ParameterizedTest
	@MethodSource(VALID)
	void whatIsReadIsWrittenTheSame(Example example) {
		CommandType type = typeOf(example);
		Map<String, @Nullable Object> members = membersOf(example);
		Command command = type.read(members);
		assertThat(type.read(command.data())).isEqualTo(command);
		for (Member<?> member : type.rules()) {
			Object preset = member.preset();
			if (preset != null) {
				members.putIfAbsent(member.wireName(), preset);
			}
			else if (!member.isPatch()) {
				members.remove(member.wireName(), null);
			}
		}
		assertThat(command.data()).isEqualTo(members);
		assertThat(type.members()).containsSubsequence(command.data().keySet());
	}

	@ParameterizedTest
	@MethodSource(VALID)
	void validExampleIsInTheFolderOfItsType(Example example) {
		assertThat(example.name()).startsWith("valid/" + Documents.typeOf(example) + "/");
		assertThat(example.reason()).isNull();
	}

	@ParameterizedTest
	@MethodSource(INVALID)
	void schemaRefusesWhatItCanSee(Example example) {
		CommandType type = commandTypeOf(example);
		JsonNode data = Documents.dataOf(example);
		boolean refused = type != null && data != null && !Documents.schema(type.wireName()).validate(data).isEmpty();
		assertThat(refused).isEqualTo(example.schemaRefuses());
	}

	@ParameterizedTest
	@MethodSource(INVALID)
	void typesRefuseMalformedDataOnly(Example example) {
		CommandType type = commandTypeOf(example);
		Map<String, @Nullable Object> members = Documents.membersOf(Documents.dataOf(example));
		if (type == null || members == null) {
			return;
		}
		if (example.reason() != DeadLetterReason.MALFORMED_DATA) {
			assertThat(type.read(members)).isNotNull();
			return;
		}
		MalformedDataException refusal = catchThrowableOfType(MalformedDataException.class, () -> type.read(members));
		assertThat(refusal).isNotNull();
		String message = String.valueOf(refusal.getMessage());
		assertThat(message).contains(String.valueOf(example.mentions())).hasLineCount(1);
		assertThat(members.values()).filteredOn((value) -> value instanceof String text && text.length() > 4)
			.noneMatch((value) -> message.contains(String.valueOf(value)));
	}

	@ParameterizedTest
	@MethodSource(INVALID)
	void keyIsJudgedByTheCommand(Example example) {
		if (example.reason() != DeadLetterReason.KEY_MISMATCH) {
			return;
		}
		Command command = typeOf(example).read(membersOf(example));
		assertThat(example.key()).isNotEqualTo(command.key().getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest
	@MethodSource(INVALID)
	void invalidExampleIsInTheFolderOfItsReason(Example example) {
		assertThat(example.name()).startsWith("invalid/" + example.reason() + "/");
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#commandTypes")
	void everyTypeHasTheSameFourExamples(CommandType type) {
		String folder = "valid/" + type.wireName() + "/";
		assertThat(Examples.valid()).extracting(Example::name)
			.contains(folder + "smallest", folder + "fullest", folder + "structured", folder + "id-in-upper-case");
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#commandTypes")
	void everyTypeHasInvalidExamples(CommandType type) {
		assertThat(Examples.invalid()).filteredOn((example) -> commandTypeOf(example) == type)
			.extracting(Example::reason)
			.contains(DeadLetterReason.MALFORMED_DATA);
	}

	@Test
	void everyReasonThatOneRecordCanGiveHasExamples() {
		Set<DeadLetterReason> reasons = Examples.invalid()
			.stream()
			.map(Example::reason)
			.collect(Collectors.toCollection(() -> EnumSet.noneOf(DeadLetterReason.class)));
		assertThat(reasons).containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(
				EnumSet.of(DeadLetterReason.ID_REUSED, DeadLetterReason.UNREADABLE, DeadLetterReason.UNPROCESSABLE)));
	}

	@Test
	void noTwoValidExamplesAreTheSameCommand() {
		List<String> ids = Examples.valid().stream().map(CommandExamplesTests::idOf).toList();
		assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
	}

	@Test
	void exampleIsFoundByName() {
		Example example = Examples.named("valid/dev.tidemark.task.create.v1/smallest");
		assertThat(example.header("ce_type")).isEqualTo("dev.tidemark.task.create.v1");
		assertThat(example.header("ce_time")).isNull();
		assertThat(example.timestamp()).isNotNull();
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Examples.named("valid/none"))
			.withMessageContaining("valid/none");
	}

	private static String idOf(Example example) {
		String id = example.header(EventHeaders.CE_ID);
		if (id == null || id.equals("not read")) {
			id = Documents.JSON.readTree(example.value()).required("id").asString();
		}
		return id.toLowerCase(Locale.ROOT);
	}

	private static @Nullable CommandType commandTypeOf(Example example) {
		String type = Documents.typeOf(example);
		return (type != null) ? ShippedAggregates.CATALOGUE.command(type) : null;
	}

	private static CommandType typeOf(Example example) {
		return Objects.requireNonNull(commandTypeOf(example), example.name());
	}

	private static Map<String, @Nullable Object> membersOf(Example example) {
		return Objects.requireNonNull(Documents.membersOf(Documents.dataOf(example)), example.name());
	}

}
