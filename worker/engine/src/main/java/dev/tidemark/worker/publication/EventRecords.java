package dev.tidemark.worker.publication;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Verb;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.publication.Event.CommandRejected;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.publication.Event.ReadModelChanged;
import dev.tidemark.worker.publication.Event.Resume;
import dev.tidemark.worker.topics.TopicProperties;

/**
 * Turns events into records: CloudEvents in binary mode, and dead letters as they came.
 */
@Component
class EventRecords {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final Header SPECVERSION = new RecordHeader(EventHeaders.CE_SPECVERSION,
			bytes(EventHeaders.SPECVERSION));

	private static final Header SOURCE = new RecordHeader(EventHeaders.CE_SOURCE, bytes(EventHeaders.SOURCE));

	private static final Header CONTENT_TYPE = new RecordHeader(EventHeaders.CONTENT_TYPE, bytes(EventHeaders.JSON));

	private final TopicProperties topics;

	private final SnapshotJson json;

	private final DeadLetterRecords deadLetters;

	EventRecords(TopicProperties topics, SnapshotJson json, DeadLetterRecords deadLetters) {
		this.topics = topics;
		this.json = json;
		this.deadLetters = deadLetters;
	}

	ProducerRecord<byte[], byte[]> of(Event event) {
		return switch (event) {
			case ReadModelChanged changed -> changed(changed);
			case CommandRejected rejected -> rejected(rejected);
			case Resume resume -> resume(resume);
			case DeadLetter letter -> this.deadLetters.of(letter);
		};
	}

	private ProducerRecord<byte[], byte[]> changed(ReadModelChanged event) {
		String commandId = event.cause().commandId().toString();
		byte[] key = bytes(event.key());
		Headers headers = headers(commandId + ":applied", event.type().wireName(), key, commandId, event.cause());
		if (event.version() != null) {
			headers.add(EventHeaders.CE_VERSION, bytes(event.version().toString()));
		}
		return record(this.topics.of(event.type()), key, event.json(), headers);
	}

	private ProducerRecord<byte[], byte[]> rejected(CommandRejected event) {
		String commandId = event.cause().commandId().toString();
		byte[] key = bytes(event.rejection().key());
		Headers headers = headers(commandId + ":rejected", EventType.COMMAND_REJECTED.wireName(), key, commandId,
				event.cause());
		return record(this.topics.of(EventType.COMMAND_REJECTED), key, this.json.write(event.rejection()), headers);
	}

	/** Sent anew each time it is published: a resume too many does nothing. */
	private ProducerRecord<byte[], byte[]> resume(Resume event) {
		Command resume = event.aggregate().command(Verb.RESUME);
		byte[] key = bytes(resume.key());
		Headers headers = headers(UUID.randomUUID().toString(), resume.type().wireName(), key,
				event.cause().commandId().toString(), event.cause());
		return record(this.topics.commands(event.aggregate().type()), key, JSON.writeValueAsBytes(resume.data()),
				headers);
	}

	private static Headers headers(String id, String type, byte[] subject, String causationId, Cause cause) {
		Headers headers = new RecordHeaders();
		headers.add(SPECVERSION);
		headers.add(EventHeaders.CE_ID, bytes(id));
		headers.add(SOURCE);
		headers.add(EventHeaders.CE_TYPE, bytes(type));
		headers.add(EventHeaders.CE_TIME, bytes(cause.time().toString()));
		headers.add(EventHeaders.CE_SUBJECT, subject);
		headers.add(EventHeaders.CE_CAUSATIONID, bytes(causationId));
		Tracing tracing = cause.tracing();
		addIfPresent(headers, EventHeaders.CE_CORRELATIONID, tracing.correlationId(), StandardCharsets.UTF_8);
		addIfPresent(headers, EventHeaders.CE_TRACEPARENT, tracing.ceTraceparent(), StandardCharsets.UTF_8);
		addIfPresent(headers, EventHeaders.CE_TRACESTATE, tracing.ceTracestate(), StandardCharsets.UTF_8);
		addIfPresent(headers, EventHeaders.TRACEPARENT, tracing.traceparent(), Tracing.PLAIN);
		addIfPresent(headers, EventHeaders.TRACESTATE, tracing.tracestate(), Tracing.PLAIN);
		return headers;
	}

	private static void addIfPresent(Headers headers, String name, @Nullable String value, Charset charset) {
		if (value != null) {
			headers.add(name, value.getBytes(charset));
		}
	}

	private static ProducerRecord<byte[], byte[]> record(String topic, byte[] key, byte @Nullable [] json,
			Headers headers) {
		if (json != null) {
			headers.add(CONTENT_TYPE);
		}
		return new ProducerRecord<>(topic, null, key, json, headers);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
