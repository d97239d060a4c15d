package dev.tidemark.contracts;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.tidemark.contracts.shipped.ShippedAggregates;
import dev.tidemark.contracts.examples.Example;
import dev.tidemark.contracts.examples.Examples;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is published has the form that types and schemas say.
 */
class PublishedExamplesTests {

	static Stream<Example> events() {
		return Examples.published().stream().filter((example) -> !isDeadLetter(example));
	}

	static Stream<Example> eventsWithData() {
		return events().filter((example) -> example.value() != null);
	}

	static Stream<Example> deadLetters() {
		return Examples.published().stream().filter(PublishedExamplesTests::isDeadLetter);
	}

	static Stream<Example> deadLettersOfRecords() {
		return deadLetters().filter((example) -> reasonOf(example) != DeadLetterReason.UNREADABLE);
	}

	@ParameterizedTest
	@MethodSource("eventsWithData")
	void schemaAcceptsData(Example example) {
		assertThat(Documents.schema(eventTypeOf(example).wireName()).validate(Documents.dataOf(example))).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("eventsWithData")
	void typesReadAndWriteData(Example example) {
		JsonNode data = Documents.dataOf(example);
		Object read = Documents.JSON.treeToValue(data, typeOfData(example));
		assertThat(Documents.JSON.writeValueAsBytes(read)).isEqualTo(example.value());
	}

	@ParameterizedTest
	@MethodSource("events")
	void headersNameTheCommand(Example example) {
		EventType type = eventTypeOf(example);
		String commandId = example.header(EventHeaders.CE_CAUSATIONID);
		String outcome = type.equals(EventType.COMMAND_REJECTED) ? "rejected" : "applied";
		assertThat(UUID.fromString(String.valueOf(commandId))).hasToString(commandId);
		assertThat(example.header(EventHeaders.CE_ID)).isEqualTo(commandId + ":" + outcome);
		assertThat(example.header(EventHeaders.CE_SPECVERSION)).isEqualTo(EventHeaders.SPECVERSION);
		assertThat(example.header(EventHeaders.CE_SOURCE)).isEqualTo(EventHeaders.SOURCE);
		assertThat(example.header(EventHeaders.CE_SUBJECT)).isEqualTo(example.keyText());
		assertThat(example.header(EventHeaders.CONTENT_TYPE))
			.isEqualTo((example.value() != null) ? EventHeaders.JSON : null);
		assertThat(example.topic()).isEqualTo(type.topic());
		assertThat(example.name()).startsWith("published/" + type.wireName() + "/");
		Instant time = Instant.parse(String.valueOf(example.header(EventHeaders.CE_TIME)));
		assertThat(time).isEqualTo(time.truncatedTo(ChronoUnit.MICROS));
	}

	@ParameterizedTest
	@MethodSource("events")
	void headersOfTheCommandArePassedOn(Example example) {
		Example cause = causeOf(example);
		for (String passedOn : List.of(EventHeaders.CE_CORRELATIONID, EventHeaders.CE_TRACEPARENT,
				EventHeaders.CE_TRACESTATE, EventHeaders.TRACEPARENT, EventHeaders.TRACESTATE)) {
			assertThat(valueOf(example, passedOn)).as(passedOn).isEqualTo(valueOf(cause, passedOn));
		}
		assertThat(example.header(EventHeaders.CE_CAUSATIONID)).isEqualTo(cause.header(EventHeaders.CE_ID));
		assertThat(example.key()).isEqualTo(cause.key());
		if (cause.header(EventHeaders.CE_TIME) != null) {
			assertThat(example.header(EventHeaders.CE_TIME)).isEqualTo(cause.header(EventHeaders.CE_TIME));
		}
		else {
			assertThat(Instant.parse(String.valueOf(example.header(EventHeaders.CE_TIME))))
				.isEqualTo(Instant.ofEpochMilli(Objects.requireNonNull(cause.timestamp())));
		}
	}

	@ParameterizedTest
	@MethodSource("eventsWithData")
	void dataAgreesWithHeaders(Example example) {
		JsonNode data = Objects.requireNonNull(Documents.dataOf(example));
		EventType type = eventTypeOf(example);
		if (type.equals(EventType.COMMAND_REJECTED)) {
			assertThat(data.path("commandId").asString()).isEqualTo(example.header(EventHeaders.CE_CAUSATIONID));
			assertThat(data.path("key").asString()).isEqualTo(example.keyText());
			assertThat(ShippedAggregates.CATALOGUE.command(data.path("commandType").asString())).isNotNull();
		}
		else {
			assertThat(data.path(aggregateOf(type).key().wireName()).asString()).isEqualTo(example.keyText());
			assertThat(data.path("version").asString()).isEqualTo(example.header(EventHeaders.CE_VERSION));
		}
	}

	@ParameterizedTest
	@MethodSource("deadLettersOfRecords")
	void deadLetterIsTheRecordAsItCameWithSixHeadersMore(Example example) {
		Example cause = causeOf(example);
		assertThat(example.key()).isEqualTo(cause.key());
		assertThat(example.value()).isEqualTo(cause.value());
		assertThat(example.headers().subList(0, cause.headers().size())).usingRecursiveFieldByFieldElementComparator()
			.isEqualTo(cause.headers());
		if (cause.reason() != null) {
			assertThat(reasonOf(example)).isEqualTo(cause.reason());
		}
		else {
			assertThat(reasonOf(example)).isIn(DeadLetterReason.ID_REUSED, DeadLetterReason.UNPROCESSABLE);
		}
		assertThat(example.header(EventHeaders.DLT_DETAIL)).contains(Objects.requireNonNullElse(cause.mentions(), ""));
		assertThat(example.topic()).isEqualTo(cause.topic() + Topics.DEAD_LETTER_SUFFIX);
		List<Example.Header> added = example.headers().subList(example.headers().size() - 6, example.headers().size());
		assertThat(added).extracting(Example.Header::name)
			.containsExactly(EventHeaders.DLT_REASON, EventHeaders.DLT_DETAIL, EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC,
					EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION, EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET,
					EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP);
		assertThat(added.get(2).text()).isEqualTo(cause.topic());
		assertThat(added.get(3).value()).hasSize(Integer.BYTES);
		assertThat(added.get(4).value()).hasSize(Long.BYTES);
		byte[] timestamp = added.get(5).value();
		assertThat(timestamp).hasSize(Long.BYTES);
		assertThat(Instant.ofEpochMilli(ByteBuffer.wrap(timestamp).getLong())).isEqualTo("2026-11-20T09:30:00Z");
	}

	@Test
	void deadLetterOfWhatCannotBeReadHasNothingOfARecord() {
		assertThat(deadLetters()).filteredOn((letter) -> reasonOf(letter) == DeadLetterReason.UNREADABLE)
			.singleElement()
			.satisfies((letter) -> {
				assertThat(letter.key()).isNull();
				assertThat(letter.value()).isNull();
				assertThat(letter.headers()).hasSize(6);
			});
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#eventTypes")
	void everyEventHasExamples(EventType type) {
		assertThat(events()).extracting(PublishedExamplesTests::eventTypeOf).contains(type);
	}

	@Test
	void everyReasonForARejectionHasAnExample() {
		Set<RejectionReason> reasons = eventsWithData()
			.filter((example) -> eventTypeOf(example).equals(EventType.COMMAND_REJECTED))
			.map((example) -> Documents.JSON.readValue(example.value(), Rejection.class).reason())
			.collect(Collectors.toSet());
		assertThat(reasons).containsExactlyInAnyOrderElementsOf(ShippedAggregates.CATALOGUE.reasons());
	}

	@Test
	void everyReasonForADeadLetterHasAnExample() {
		Set<DeadLetterReason> reasons = deadLetters().map(PublishedExamplesTests::reasonOf)
			.collect(Collectors.toCollection(() -> EnumSet.noneOf(DeadLetterReason.class)));
		assertThat(reasons).containsExactlyInAnyOrder(DeadLetterReason.values());
	}

	private static byte @Nullable [] valueOf(Example example, String header) {
		return example.headers()
			.stream()
			.filter((candidate) -> candidate.name().equals(header))
			.findFirst()
			.map(Example.Header::value)
			.orElse(null);
	}

	private static Example causeOf(Example example) {
		return Examples.named(Objects.requireNonNull(example.causedBy(), example.name()));
	}

	private static DeadLetterReason reasonOf(Example deadLetter) {
		return DeadLetterReason.valueOf(String.valueOf(deadLetter.header(EventHeaders.DLT_REASON)));
	}

	private static boolean isDeadLetter(Example example) {
		return example.topic().endsWith(Topics.DEAD_LETTER_SUFFIX);
	}

	private static EventType eventTypeOf(Example example) {
		return Documents.eventTypes()
			.stream()
			.filter((type) -> type.wireName().equals(example.header(EventHeaders.CE_TYPE)))
			.findAny()
			.orElseThrow();
	}

	private static Class<?> typeOfData(Example example) {
		EventType type = eventTypeOf(example);
		return type.equals(EventType.COMMAND_REJECTED) ? Rejection.class : aggregateOf(type).snapshotClass();
	}

	private static AggregateType aggregateOf(EventType type) {
		return Documents.aggregateTypes()
			.stream()
			.filter((aggregate) -> type.equals(aggregate.snapshot()) || type.equals(aggregate.tombstone()))
			.findAny()
			.orElseThrow();
	}

}
