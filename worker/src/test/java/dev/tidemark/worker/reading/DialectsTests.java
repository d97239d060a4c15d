package dev.tidemark.worker.reading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.contracts.examples.Example;
import dev.tidemark.contracts.examples.Examples;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.topics.FoundTopics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Whoever sends a dialect is told how to mend it.
 */
class DialectsTests {

	private static final String EXAMPLES = "src/main/resources/dev/tidemark/contracts/examples/";

	private final CommandReader reader = new CommandReader(FoundTopics.names());

	@Test
	void contractTellsWhatIsSaidOfEach() throws IOException {
		List<String> table = Files.readAllLines(Path.of("../contracts/README.md"))
			.stream()
			.dropWhile((line) -> !line.equals("### Dialects"))
			.skip(1)
			.takeWhile((line) -> !line.startsWith("#"))
			.filter((line) -> line.startsWith("| ["))
			.toList();
		List<String> rows = dialects().stream().map(this::row).toList();
		assertThat(table).as("the rows are\n" + String.join("\n", rows)).isEqualTo(rows);
	}

	@Test
	void noTwoMistakesInTheNamesOfHeadersAreToldAlike() {
		List<String> details = dialects().stream()
			.map(this::refusal)
			.map(UnreadableRecordException::detail)
			.filter((detail) -> detail.startsWith("specversion is missing"))
			.distinct()
			.toList();
		assertThat(details).hasSizeGreaterThan(8).allMatch((detail) -> detail.contains(": "));
	}

	@ParameterizedTest
	@CsvSource({ "2026-11-20 09:30:00Z, a space instead of T", "2026-11-20 09:30:00.5+01:00, a space instead of T",
			"2026-11-20 09:30:00, no offset", "2026-11-20T09:30:00 GMT, names its zone",
			"2026-11-20 09:30:00 UTC, names its zone", "'Fri, 20 Nov 2026 09:30:00 GMT', RFC 1123",
			"20 Nov 2026 09:30:00 +0000, RFC 1123", "2026-11-20T09:30Z, no seconds", "2026-11-20 09:30, no seconds",
			"2026-11-20T09:30+01:00, no seconds", "2026-11-20T09:30:00+0000, like +00:00",
			"2026-11-20T09:30:00.123-08, like +00:00", "1795167000, a number", "1795167000123, a number",
			"1.795167000123E9, a number", "'2026-11-20T09:30:00,5Z', a full stop",
			"2026-11-20T09:30:00Z[UTC], in brackets", "\"2026-11-20T09:30:00Z\", JSON quotes",
			"' 2026-11-20T09:30:00Z', white space" })
	void tellsWhatIsWrongWithATime(String time, String hint) {
		assertThat(Dialects.ofTime(time)).startsWith(": ").contains(hint).doesNotContain("2026");
	}

	@Test
	void saysNothingOfWhatItDoesNotKnow() {
		assertThat(List.of(Dialects.ofTime("tomorrow"), Dialects.ofId("7"), Dialects.ofText("any"),
				Dialects.ofType("any"), Dialects.ofSpecversion("2.0"), Dialects.ofBytes(null),
				Dialects.ofBytes(new byte[0]), Dialects.ofBytes(new byte[1]), Dialects.ofKey(new byte[0], "any"),
				Dialects.ofKey(new byte[16], "any")))
			.containsOnly("");
	}

	@Test
	void headersInAnotherCaseBesideTheRightOnesMeanNothing() {
		Example valid = Examples.named("valid/dev.tidemark.task.create.v1/fullest");
		RecordHeaders headers = new RecordHeaders();
		valid.headers().forEach((header) -> headers.add(header.name(), header.value()));
		valid.headers().forEach((header) -> headers.add(header.name().toUpperCase(Locale.ROOT), null));
		headers.add("", null).add("ce_", new byte[] { -1 }).add("CE_ID", new byte[] { -1 });
		assertThatCode(() -> this.reader.read(record(valid, headers))).doesNotThrowAnyException();
	}

	@Test
	void aHeaderWithoutANameOrAValueIsNoHindrance() {
		RecordHeaders headers = new RecordHeaders();
		headers.add("", new byte[] { 1 }).add("content-TYPE", null).add("\uFFFD", new byte[] { -1 });
		Example any = Examples.named("invalid/NOT_A_CLOUD_EVENT/headers-missing");
		UnreadableRecordException refusal = catchThrowableOfType(UnreadableRecordException.class,
				() -> this.reader.read(record(any, headers)));
		assertThat(refusal.detail()).startsWith("specversion is missing: no header's name begins with ce_");
	}

	private static List<Example> dialects() {
		return Examples.invalid().stream().filter((example) -> example.dialect() != null).toList();
	}

	private String row(Example example) {
		UnreadableRecordException refusal = refusal(example);
		return "| [%s](%s%s.json) | `%s` | %s |".formatted(example.dialect(), EXAMPLES, example.name(),
				refusal.reason(), refusal.detail());
	}

	private UnreadableRecordException refusal(Example example) {
		RecordHeaders headers = new RecordHeaders();
		example.headers().forEach((header) -> headers.add(header.name(), header.value()));
		return Objects.requireNonNull(
				catchThrowableOfType(UnreadableRecordException.class, () -> this.reader.read(record(example, headers))),
				example.name());
	}

	private static ReceivedRecord record(Example example, Headers headers) {
		return new ReceivedRecord(new Coordinates(example.topic(), 0, 7), 0, example.key(), example.value(), headers);
	}

}
