package dev.tidemark.worker.reading;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.Bounds;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.examples.Example;
import dev.tidemark.contracts.examples.Examples;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.topics.FoundTopics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The contract's examples, and what they leave open, against the reader.
 */
class CommandReaderTests {

	private static final String ID = "8c0a6dd0-1f9b-4d0c-9a9a-6a3f4f1d2b10";

	private static final String TASK_ID = "5a3f4eaf-d364-4d56-ac36-0ab04d74ae9a";

	private final CommandReader reader = new CommandReader(FoundTopics.names());

	static List<Example> valid() {
		return Examples.valid();
	}

	static List<Example> invalid() {
		return Examples.invalid();
	}

	@ParameterizedTest
	@MethodSource("valid")
	void readsEveryValidExample(Example example) throws UnreadableRecordException {
		ReceivedCommand received = this.reader.read(record(example));
		assertThat(received.command().key()).isEqualTo(example.keyText());
		assertThat(received.cause().time()).isEqualTo(received.cause().time().truncatedTo(ChronoUnit.MICROS));
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void refusesEveryInvalidExampleForItsReason(Example example) {
		assertThatExceptionOfType(UnreadableRecordException.class).isThrownBy(() -> this.reader.read(record(example)))
			.satisfies((refusal) -> {
				assertThat(refusal.reason()).isEqualTo(example.reason());
				assertThat(refusal.detail()).contains(Optional.ofNullable(example.mentions()).orElse(""))
					.doesNotContain("Buy milk")
					.hasLineCount(1);
			});
	}

	@ParameterizedTest
	@CsvSource({ "2026-11-20T10:00:00Z, 2026-11-20T10:00:00Z", "2026-11-20t10:00:00z, 2026-11-20T10:00:00Z",
			"2026-11-20T10:00:00.1234569+05:30, 2026-11-20T04:30:00.123456Z",
			"2026-11-20T10:00:00.123456789012345Z, 2026-11-20T10:00:00.123456Z",
			"2026-11-20T10:00:00-00:00, 2026-11-20T10:00:00Z", "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
			"2026-11-20T10:00:00.5+00:00, 2026-11-20T10:00:00.5Z",
			"2024-02-29T23:59:59.000001-18:00, 2024-03-01T17:59:59.000001Z",
			"1969-12-31T23:59:59.9999999Z, 1969-12-31T23:59:59.999999Z",
			"9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z" })
	void cutsTimesToMicroseconds(String time, Instant expected) throws UnreadableRecordException {
		assertThat(this.reader.read(completion(Map.of(EventHeaders.CE_TIME, time))).cause().time()).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "2026-11-20", "2026-11-20T10:00Z", "2026-11-20T10:00:00", "2026-02-30T10:00:00Z",
			"2026-11-20 10:00:00Z", "+12026-11-20T10:00:00Z", "now", "", "2026-11-20T24:00:00Z",
			"2026-11-20T10:00:00.Z", "2026-11-20T10:00:00.1", "2026-11-20T10:00:00ZZ", "2026-11-20T10:00:00+0530",
			"2026-11-20T10:00:00+05:3", "2026-11-20T10:00:00+05:300", "2026-11-20T10:00:00+24:00",
			"2026-11-20T10:00:00+05:60", "2026-02-30T10:00:60Z", "2026-11-20T10:00:61Z", "2026-11-20T10:00:60",
			"2026-11-2\u0660T10:00:00Z", "2026-11-20T10:00:00.1\u0660Z" })
	void refusesTimesThatAreNotByRfc3339(String time) {
		assertThatExceptionOfType(UnreadableRecordException.class)
			.isThrownBy(() -> this.reader.read(completion(Map.of(EventHeaders.CE_TIME, time))))
			.withMessageStartingWith("time is not a time by RFC 3339");
	}

	@ParameterizedTest
	@CsvSource({ "2016-12-31T23:59:60Z, is a leap second", "2016-12-31T23:59:60.5+01:00, is a leap second",
			"2026-11-20T10:00:00+18:01, has an offset beyond 18:00",
			"2026-11-20T10:00:00-23:59, has an offset beyond 18:00",
			"9999-12-31T23:59:59-00:01, is outside of the years 0000 to 9999",
			"0000-01-01T00:00:00+00:01, is outside of the years 0000 to 9999" })
	void saysWhichTimesByRfc3339ItDoesNotTake(String time, String detail) {
		assertThatExceptionOfType(UnreadableRecordException.class)
			.isThrownBy(() -> this.reader.read(completion(Map.of(EventHeaders.CE_TIME, time))))
			.withMessageStartingWith("time " + detail);
	}

	@Test
	void takesTheRecordsTimestampWhereThereIsNoTime() throws UnreadableRecordException {
		assertThat(this.reader.read(completion(Map.of())).cause().time()).isEqualTo(Instant.ofEpochMilli(1234));
	}

	@ParameterizedTest
	@ValueSource(longs = { -62_167_219_200_000L, -1_000_000, -2, 0, 253_402_300_799_999L })
	void takesATimestampThatRfc3339CanSay(long timestamp) throws UnreadableRecordException {
		Instant time = this.reader.read(at(timestamp, completion(Map.of()))).cause().time();
		assertThat(time).isEqualTo(Instant.ofEpochMilli(timestamp));
		assertThat(time.toString()).matches("[0-9]{4}-.*Z");
	}

	@ParameterizedTest
	@ValueSource(longs = { Long.MIN_VALUE, -1_000_000_000_000_000L, -100_000_000_000_000L, -62_167_219_200_001L, -1,
			253_402_300_800_000L, Long.MAX_VALUE })
	void refusesATimestampThatRfc3339CannotSayUnlessThereIsATime(long timestamp) throws UnreadableRecordException {
		assertThatExceptionOfType(UnreadableRecordException.class)
			.isThrownBy(() -> this.reader.read(at(timestamp, completion(Map.of()))))
			.withMessageStartingWith("time is missing, and the record")
			.withMessageContaining("timestamp");
		ReceivedRecord timed = at(timestamp, completion(Map.of(EventHeaders.CE_TIME, "2026-11-20T10:00:00Z")));
		assertThat(this.reader.read(timed).cause().time()).isEqualTo("2026-11-20T10:00:00Z");
	}

	@Test
	void aTimestampThatNoClockGaveIsNotMeasured() {
		assertThat(at(-1, completion(Map.of())).recordedAt()).isNull();
		assertThat(at(-86_400_000, completion(Map.of())).recordedAt()).isNull();
		assertThat(at(0, completion(Map.of())).recordedAt()).isZero();
	}

	@Test
	void passesOnWhatTracesATracedCommand() throws UnreadableRecordException {
		var tracing = this.reader
			.read(completion(Map.of(EventHeaders.CE_CORRELATIONID, "order 1", EventHeaders.CE_TRACEPARENT, "00-a",
					EventHeaders.TRACEPARENT, "00-b", EventHeaders.TRACESTATE, "c=d")))
			.cause()
			.tracing();
		assertThat(tracing.correlationId()).isEqualTo("order 1");
		assertThat(tracing.ceTraceparent()).isEqualTo("00-a");
		assertThat(tracing.ceTracestate()).isNull();
		assertThat(tracing.traceparent()).isEqualTo("00-b");
		assertThat(tracing.tracestate()).isEqualTo("c=d");
	}

	@Test
	void passesPlainHeadersOnByteForByte() throws UnreadableRecordException {
		byte[] every = new byte[256];
		for (int i = 0; i < every.length; i++) {
			every[i] = (byte) i;
		}
		ReceivedRecord record = completion(Map.of());
		record.headers()
			.add(EventHeaders.TRACEPARENT, new byte[] { -1, -2, 0 })
			.add(EventHeaders.TRACESTATE, bytes("earlier"))
			.add(EventHeaders.TRACESTATE, every);
		Tracing tracing = this.reader.read(record).cause().tracing();
		assertThat(String.valueOf(tracing.traceparent()).getBytes(Tracing.PLAIN)).containsExactly(-1, -2, 0);
		assertThat(String.valueOf(tracing.tracestate()).getBytes(Tracing.PLAIN)).isEqualTo(every);
	}

	@ParameterizedTest
	@ValueSource(strings = { EventHeaders.CE_CORRELATIONID, EventHeaders.CE_TRACEPARENT, EventHeaders.CE_TRACESTATE,
			EventHeaders.TRACEPARENT, EventHeaders.TRACESTATE })
	void boundsWhatIsPassedOnInBytes(String header) throws UnreadableRecordException {
		String longest = "\u00E9".repeat(Bounds.PASSED_ON_BYTES / 2);
		assertThat(this.reader.read(completion(Map.of(header, longest))).cause().tracing()).isNotEqualTo(Tracing.NONE);
		String name = header.startsWith("ce_") ? header.substring(3) : "the header " + header;
		assertThatExceptionOfType(UnreadableRecordException.class)
			.isThrownBy(() -> this.reader.read(completion(Map.of(header, longest + "!"))))
			.withMessage(name + " has 2049 bytes, and may have 2048")
			.satisfies((refusal) -> assertThat(refusal.reason()).isEqualTo(DeadLetterReason.NOT_A_CLOUD_EVENT));
	}

	@Test
	void boundsTheNumberOfHeadersAndTheirBytes() throws UnreadableRecordException {
		ReceivedRecord record = completion(Map.of());
		while (record.headers().toArray().length < Bounds.HEADERS) {
			record.headers().add("x", null);
		}
		assertThat(this.reader.read(record).id()).hasToString(ID);
		assertRefused(record("x", bytes(""), record), "the record has 257 headers, and may have 256");
		int bytes = 0;
		for (Header header : completion(Map.of()).headers()) {
			bytes += header.key().length() + header.value().length;
		}
		ReceivedRecord largest = completion(Map.of("\u00E9", "x".repeat(Bounds.HEADERS_BYTES - bytes - 2)));
		assertThat(this.reader.read(largest).id()).hasToString(ID);
		assertRefused(record("x", null, largest), "the record's headers have 65537 bytes, and may have 65536");
	}

	@Test
	void aThousandHeadersAreRefusedBeforeAnythingIsReadIntoThem() {
		ReceivedRecord record = completion(Map.of());
		for (int i = 0; i < 1_000; i++) {
			record.headers().add(EventHeaders.CE_ID, bytes("not a UUID"));
		}
		assertRefused(record, "the record has 1004 headers, and may have 256");
	}

	@Test
	void boundsTheValueInEitherMode() throws UnreadableRecordException {
		ReceivedRecord usual = completion(Map.of());
		byte[] longest = padded(usual.value(), Bounds.VALUE_BYTES);
		byte[] longer = padded(usual.value(), Bounds.VALUE_BYTES + 1);
		String detail = "the value has 1048577 bytes, and may have 1048576";
		assertThat(this.reader.read(valued(usual, longest)).id()).hasToString(ID);
		assertMalformed(valued(usual, longer), detail);
		RecordHeaders structured = new RecordHeaders();
		structured.add(EventHeaders.CONTENT_TYPE, bytes(EventHeaders.CLOUDEVENTS_JSON));
		byte[] event = bytes("{\"specversion\":\"1.0\",\"id\":\"" + ID + "\",\"source\":\"/test\","
				+ "\"type\":\"dev.tidemark.task.complete.v1\",\"data\":{\"taskId\":\"" + TASK_ID + "\"}}");
		ReceivedRecord small = record(Tasks.TYPE.commandTopic(), 1234, bytes(TASK_ID), structured, event);
		assertThat(this.reader.read(valued(small, padded(event, Bounds.VALUE_BYTES))).id()).hasToString(ID);
		assertMalformed(valued(small, padded(event, Bounds.VALUE_BYTES + 1)), detail);
		// Whatever else is wrong counts first, as ever.
		assertRefused(record(EventHeaders.CE_ID, bytes(ID), valued(usual, longer)), "ce_id comes twice");
	}

	@Test
	void theLongestKeyIsTheLongestUsername() throws UnreadableRecordException {
		String username = "\uD83D\uDE00".repeat(255);
		RecordHeaders headers = new RecordHeaders();
		completion(Map.of()).headers().forEach((header) -> {
			if (!header.key().equals(EventHeaders.CE_TYPE)) {
				headers.add(header);
			}
		});
		headers.add(EventHeaders.CE_TYPE, bytes("dev.tidemark.user.republish.v1"));
		ReceivedRecord record = record(Users.TYPE.commandTopic(), 1234, bytes(username), headers,
				bytes("{\"username\":\"" + username + "\"}"));
		assertThat(bytes(this.reader.read(record).command().key())).hasSize(Bounds.KEY_BYTES);
	}

	@Test
	void tellsAReplacementCharacterFromBytesThatAreNoUtf8() throws UnreadableRecordException {
		ReceivedRecord replacement = completion(Map.of(EventHeaders.CE_CORRELATIONID, "a\uFFFD"));
		assertThat(this.reader.read(replacement).cause().tracing().correlationId()).isEqualTo("a\uFFFD");
		ReceivedRecord malformed = completion(Map.of());
		malformed.headers().add(EventHeaders.CE_CORRELATIONID, new byte[] { 'a', -17, -65, -67, -1 });
		assertThatExceptionOfType(UnreadableRecordException.class).isThrownBy(() -> this.reader.read(malformed))
			.withMessageContaining("UTF-8");
	}

	@Test
	void knowsRenamedTopics() throws UnreadableRecordException {
		CommandReader renamed = new CommandReader(FoundTopics.names(Map.of("task-commands", "other")));
		ReceivedRecord usual = completion(Map.of());
		assertThatExceptionOfType(UnreadableRecordException.class).isThrownBy(() -> renamed.read(usual));
		assertThat(renamed.read(record("other", usual.timestamp(), usual.key(), usual.headers(), usual.value())).id())
			.hasToString(ID);
	}

	private static ReceivedRecord completion(Map<String, String> more) {
		RecordHeaders headers = new RecordHeaders();
		headers.add(EventHeaders.CE_SPECVERSION, bytes("1.0"));
		headers.add(EventHeaders.CE_ID, bytes(ID));
		headers.add(EventHeaders.CE_SOURCE, bytes("/test"));
		headers.add(EventHeaders.CE_TYPE, bytes("dev.tidemark.task.complete.v1"));
		more.forEach((name, value) -> headers.add(name, bytes(value)));
		return record(Tasks.TYPE.commandTopic(), 1234, bytes(TASK_ID), headers,
				bytes("{\"taskId\":\"" + TASK_ID + "\"}"));
	}

	private void assertRefused(ReceivedRecord record, String detail) {
		assertThatExceptionOfType(UnreadableRecordException.class).isThrownBy(() -> this.reader.read(record))
			.withMessage(detail)
			.satisfies((refusal) -> assertThat(refusal.reason()).isEqualTo(DeadLetterReason.NOT_A_CLOUD_EVENT));
	}

	private void assertMalformed(ReceivedRecord record, String detail) {
		assertThatExceptionOfType(UnreadableRecordException.class).isThrownBy(() -> this.reader.read(record))
			.withMessage(detail)
			.satisfies((refusal) -> assertThat(refusal.reason()).isEqualTo(DeadLetterReason.MALFORMED_DATA));
	}

	/** JSON with white space behind it. */
	private static byte[] padded(byte @Nullable [] json, int length) {
		byte[] padded = Arrays.copyOf(Objects.requireNonNull(json), length);
		Arrays.fill(padded, json.length, length, (byte) ' ');
		return padded;
	}

	private static ReceivedRecord valued(ReceivedRecord record, byte[] value) {
		return record(record.coordinates().topic(), record.timestamp(), record.key(), record.headers(), value);
	}

	/** A record with one header more. */
	private static ReceivedRecord record(String name, byte @Nullable [] value, ReceivedRecord record) {
		RecordHeaders headers = new RecordHeaders(record.headers());
		headers.add(name, value);
		return record(record.coordinates().topic(), record.timestamp(), record.key(), headers, record.value());
	}

	private static ReceivedRecord at(long timestamp, ReceivedRecord record) {
		return record(record.coordinates().topic(), timestamp, record.key(), record.headers(), record.value());
	}

	private static ReceivedRecord record(Example example) {
		RecordHeaders headers = new RecordHeaders();
		example.headers().forEach((header) -> headers.add(header.name(), header.value()));
		Long timestamp = example.timestamp();
		return record(example.topic(), (timestamp != null) ? timestamp : 0, example.key(), headers, example.value());
	}

	private static ReceivedRecord record(String topic, long timestamp, byte @Nullable [] key, Headers headers,
			byte @Nullable [] value) {
		return new ReceivedRecord(new Coordinates(topic, 0, 7), timestamp, key, value, headers);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
