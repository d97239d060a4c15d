package dev.tidemark.worker.proof;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.EventType;
import dev.tidemark.worker.stack.TopicNames;

/**
 * What a worker without a fault leaves behind, made of what is expected, to be spoilt.
 */
final class PerfectEvidence {

	final List<Evidence.Received> commands = new ArrayList<>();

	final List<ConsumerRecord<byte[], byte[]>> readModels = new ArrayList<>();

	final List<ConsumerRecord<byte[], byte[]>> rejections = new ArrayList<>();

	final List<ConsumerRecord<byte[], byte[]>> deadLetters = new ArrayList<>();

	final Map<Key, Expectation.Row> rows;

	final Map<UUID, Evidence.Logged> commandLog = new HashMap<>();

	final List<String> logs = new ArrayList<>(List.of("Started"));

	private final TopicNames topics;

	/** For each topic and partition, the next offset. */
	private final Map<String, Long> offsets = new HashMap<>();

	private PerfectEvidence(TopicNames topics, Expectation expectation) {
		this.topics = topics;
		this.rows = new LinkedHashMap<>(expectation.rows());
	}

	/**
	 * Lets a faultless worker do what is expected.
	 * @param orders what was sent
	 * @param topics the topics' names
	 * @param expectation what is expected
	 */
	static PerfectEvidence of(List<Order> orders, TopicNames topics, Expectation expectation) {
		PerfectEvidence evidence = new PerfectEvidence(topics, expectation);
		orders.stream().filter((order) -> !order.aborted()).forEach(evidence::receive);
		evidence.commands.forEach((received) -> evidence.bury(received, expectation));
		expectation.events().forEach((key, events) -> events.forEach((event) -> evidence.publish(key, event)));
		expectation.rejections().forEach(evidence::reject);
		return evidence;
	}

	Evidence evidence() {
		return new Evidence(this.commands, this.readModels, this.rejections, this.deadLetters, this.rows,
				this.commandLog, List.of(), this.logs, List.of());
	}

	private void receive(Order order) {
		this.commands.add(new Evidence.Received(record(order.record().topic(), order.record().partition(),
				order.record().timestamp(), order.record().key(), order.record().value(), order.record().headers()),
				order));
		if (order.intent() instanceof Intent.Ask ask) {
			this.commandLog.putIfAbsent(ask.id(),
					new Evidence.Logged(ask.command().type().wireName(), ask.command().key(), "applied", null));
		}
	}

	private void bury(Evidence.Received received, Expectation expectation) {
		Order order = received.order();
		if (order == null || !expectation.deadLetters().containsKey(order.number())) {
			return;
		}
		ConsumerRecord<byte[], byte[]> original = received.record();
		Headers headers = new RecordHeaders();
		original.headers().forEach((header) -> {
			if (!header.key().startsWith("kafka_dlt-") && !header.key().startsWith("tidemark-dlt-")) {
				headers.add(header);
			}
		});
		headers
			.add(Envelope.header(EventHeaders.DLT_REASON,
					String.valueOf(expectation.deadLetters().get(order.number()))))
			.add(Envelope.header(EventHeaders.DLT_DETAIL, "any"))
			.add(Envelope.header(EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC, original.topic()))
			.add(EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION, ByteBuffer.allocate(4).putInt(original.partition()).array())
			.add(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET, ByteBuffer.allocate(8).putLong(original.offset()).array())
			.add(EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP,
					ByteBuffer.allocate(8).putLong(original.timestamp()).array());
		byte[] value = original.value();
		if (value != null && value.length > Envelope.MAX_VALUE) {
			headers.add(Envelope.header(EventHeaders.DLT_VALUE_BYTES, Integer.toString(value.length)))
				.add(Envelope.header(EventHeaders.DLT_VALUE_SHA256, IsolatesPoison.sha256(value)));
			value = null;
		}
		this.deadLetters.add(record(original.topic() + "-dlt", 0, 0, original.key(), value, headers));
	}

	private void publish(Key key, Expectation.Event event) {
		Headers headers = headers("applied", event.type(), key.text(), event.commandId(), event.time().toString(),
				event.passedOn());
		if (event.version() != null) {
			headers.add(Envelope.header(EventHeaders.CE_VERSION, event.version().toString()));
		}
		byte[] value = (event.data() != null) ? Envelope.JSON.writeValueAsBytes(event.data()) : null;
		this.readModels.add(record(this.topics.readModel(key.type()), 0, event.turn(),
				key.text().getBytes(StandardCharsets.UTF_8), value, headers));
	}

	private void reject(UUID id, Expectation.Rejection rejection) {
		this.commandLog.put(id,
				new Evidence.Logged(rejection.commandType(), rejection.key(), "rejected", rejection.reason().name()));
		byte[] value = Envelope.JSON.writeValueAsBytes(Envelope.JSON.createObjectNode()
			.put("commandId", id.toString())
			.put("commandType", rejection.commandType())
			.put("key", rejection.key())
			.put("reason", rejection.reason().name())
			.put("detail", "any"));
		this.rejections.add(record(this.topics.commandRejections(), 0, 0,
				rejection.key().getBytes(StandardCharsets.UTF_8), value, headers("rejected", EventType.COMMAND_REJECTED,
						rejection.key(), id, rejection.time().toString(), rejection.passedOn())));
	}

	private static Headers headers(String outcome, EventType type, String key, UUID commandId, String time,
			Map<String, Bytes> passedOn) {
		Headers headers = new RecordHeaders().add(Envelope.header(EventHeaders.CE_SPECVERSION, "1.0"))
			.add(Envelope.header(EventHeaders.CE_ID, commandId + ":" + outcome))
			.add(Envelope.header(EventHeaders.CE_SOURCE, "tidemark"))
			.add(Envelope.header(EventHeaders.CE_TYPE, type.wireName()))
			.add(Envelope.header(EventHeaders.CE_SUBJECT, key))
			.add(Envelope.header(EventHeaders.CE_TIME, time))
			.add(Envelope.header(EventHeaders.CE_CAUSATIONID, commandId.toString()))
			.add(Envelope.header(EventHeaders.CONTENT_TYPE, EventHeaders.JSON));
		passedOn.forEach((name, value) -> headers.add(name, value.get()));
		return headers;
	}

	private ConsumerRecord<byte[], byte[]> record(String topic, int partition, long timestamp, byte @Nullable [] key,
			byte @Nullable [] value, Headers headers) {
		long offset = this.offsets.merge(topic + "-" + partition, 1L, Long::sum) - 1;
		return new ConsumerRecord<>(topic, partition, offset, timestamp, TimestampType.CREATE_TIME, -1, -1, key, value,
				headers, Optional.empty());
	}

	/**
	 * Returns a record again, in another topic.
	 */
	static ConsumerRecord<byte[], byte[]> withTopic(ConsumerRecord<byte[], byte[]> record, String topic) {
		return new ConsumerRecord<>(topic, record.partition(), record.offset(), record.timestamp(),
				record.timestampType(), -1, -1, record.key(), record.value(), record.headers(), Optional.empty());
	}

	/**
	 * Returns a record again, with another timestamp.
	 */
	static ConsumerRecord<byte[], byte[]> withTimestamp(ConsumerRecord<byte[], byte[]> record, long timestamp) {
		return new ConsumerRecord<>(record.topic(), record.partition(), record.offset(), timestamp,
				record.timestampType(), -1, -1, record.key(), record.value(), record.headers(), Optional.empty());
	}

	/**
	 * Returns a record again, with another value.
	 */
	static ConsumerRecord<byte[], byte[]> withValue(ConsumerRecord<byte[], byte[]> record, byte @Nullable [] value) {
		return new ConsumerRecord<>(record.topic(), record.partition(), record.offset(), record.timestamp(),
				record.timestampType(), -1, -1, record.key(), value, record.headers(), Optional.empty());
	}

}
