package dev.tidemark.contracts;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The AsyncAPI document leaves nothing out.
 */
class AsyncApiTests {

	private final JsonNode document = Documents.asyncApi();

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#commandTypes")
	void commandIsAMessageOfItsTopic(CommandType type) {
		assertThat(messagesOf(type.topic())).contains(type.wireName());
		assertThat(payloadOf(type.wireName())).isEqualTo(schemaOf(type.wireName()));
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#eventTypes")
	void eventIsAMessageOfItsTopic(EventType type) {
		assertThat(messagesOf(type.topic())).contains(type.wireName());
		assertThat(payloadOf(type.wireName())).isEqualTo(Documents.isTombstone(type) ? "" : schemaOf(type.wireName()));
	}

	@ParameterizedTest
	@MethodSource("dev.tidemark.contracts.Documents#aggregateTypes")
	void commandsHaveADeadLetterTopic(AggregateType type) {
		assertThat(messagesOf(type.deadLetterTopic())).containsExactly("dead-letter");
	}

	@Test
	void topicsAreTheOnesThatAreKnown() {
		assertThat(this.document.path("channels")).extracting((channel) -> channel.path("address").asString())
			.containsExactlyInAnyOrderElementsOf(
					Stream
						.concat(Stream.of(Topics.COMMAND_REJECTIONS),
								Documents.aggregateTypes()
									.stream()
									.flatMap((type) -> Stream.of(type.commandTopic(), type.readModelTopic(),
											type.deadLetterTopic())))
						.toList());
	}

	@Test
	void headersAreTheOnesThatAreKnown() {
		Set<String> headers = new HashSet<>();
		JsonNode schemas = this.document.at("/components/schemas");
		for (String group : List.of("CommandHeaders", "VersionedCommandHeaders", "EventHeaders", "SnapshotHeaders",
				"DeadLetterHeaders")) {
			headers.addAll(schemas.path(group).path("properties").propertyNames());
			headers.addAll(schemas.path(group).at("/allOf/1/properties").propertyNames());
		}
		assertThat(headers).containsExactlyInAnyOrder(EventHeaders.CE_SPECVERSION, EventHeaders.CE_ID,
				EventHeaders.CE_SOURCE, EventHeaders.CE_TYPE, EventHeaders.CE_TIME, EventHeaders.CE_SUBJECT,
				EventHeaders.CE_CAUSATIONID, EventHeaders.CE_CORRELATIONID, EventHeaders.CE_VERSION,
				EventHeaders.CE_EXPECTEDVERSION, EventHeaders.CE_TRACEPARENT, EventHeaders.CE_TRACESTATE,
				EventHeaders.TRACEPARENT, EventHeaders.TRACESTATE, EventHeaders.CONTENT_TYPE, EventHeaders.DLT_REASON,
				EventHeaders.DLT_DETAIL, EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC,
				EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION, EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET,
				EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP, EventHeaders.DLT_VALUE_BYTES, EventHeaders.DLT_VALUE_SHA256,
				EventHeaders.DLT_KEY_BYTES, EventHeaders.DLT_HEADERS_BYTES, EventHeaders.REPLAYED_FROM);
	}

	@Test
	void reasonsForDeadLettersAreTheOnesThatAreKnown() {
		assertThat(this.document
			.at("/components/schemas/DeadLetterHeaders/properties/" + EventHeaders.DLT_REASON + "/enum")
			.valueStream()
			.map(JsonNode::asString))
			.containsExactlyElementsOf(Arrays.stream(DeadLetterReason.values()).map(Enum::name).toList());
	}

	private Stream<String> messagesOf(String topic) {
		return this.document.path("channels")
			.valueStream()
			.filter((channel) -> channel.path("address").asString().equals(topic))
			.flatMap((channel) -> channel.path("messages").valueStream())
			.map((message) -> message.path("$ref").asString().replace("#", ""))
			.map((pointer) -> this.document.at(pointer).path("name").asString());
	}

	private String payloadOf(String name) {
		return this.document.at("/components/messages")
			.valueStream()
			.filter((message) -> message.path("name").asString().equals(name))
			.map((message) -> message.path("payload").path("$ref").asString(""))
			.findAny()
			.orElseThrow();
	}

	private static String schemaOf(String type) {
		return "./schemas/" + type + ".schema.json";
	}

}
