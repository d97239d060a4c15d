package dev.tidemark.worker.publication;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.topics.TopicLimits;
import dev.tidemark.worker.topics.TopicProperties;

/**
 * Turns dead letters into records: as they came, as far as their topic takes them. A
 * record that its sender has compressed may be larger than that; then its value is left
 * out, and if need be its key and its headers, and the letter says so. A partition never
 * stands still for a record that nobody can store.
 */
@Component
class DeadLetterRecords {

	/** More than the batch around a record, and the headers of a letter, ever take. */
	private static final int BESIDES = 4 * 1024;

	/** More than lengths take, of a header or of a record's other parts. */
	private static final int LENGTHS = 10;

	private final TopicProperties topics;

	private final TopicLimits limits;

	private final int maxRequest;

	DeadLetterRecords(TopicProperties topics, TopicLimits limits, ProducerFactory<?, ?> producers) {
		this.topics = topics;
		this.limits = limits;
		Object configured = producers.getConfigurationProperties().get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
		this.maxRequest = (configured != null) ? Integer.parseInt(configured.toString()) : 1024 * 1024;
	}

	ProducerRecord<byte[], byte[]> of(DeadLetter letter) {
		ReceivedRecord record = letter.record();
		Coordinates coordinates = record.coordinates();
		String topic = this.topics.deadLetters(coordinates.topic());
		byte[] key = record.key();
		byte[] value = record.value();
		Headers received = received(record.headers());
		Headers leftOut = new RecordHeaders();
		if (record.leftOut() != null) {
			add(leftOut, EventHeaders.DLT_KEY_BYTES, record.leftOut().keyBytes());
			add(leftOut, EventHeaders.DLT_VALUE_BYTES, record.leftOut().valueBytes());
			add(leftOut, EventHeaders.DLT_VALUE_SHA256, record.leftOut().valueSha256());
		}
		long room = (long) Math.min(this.limits.maxBytes(topic), this.maxRequest) - BESIDES;
		if (value != null && size(key) + size(value) + size(received) > room) {
			add(leftOut, EventHeaders.DLT_VALUE_BYTES, value.length);
			add(leftOut, EventHeaders.DLT_VALUE_SHA256, sha256(value));
			value = null;
		}
		if (key != null && size(key) + size(received) > room) {
			add(leftOut, EventHeaders.DLT_KEY_BYTES, key.length);
			key = null;
		}
		if (size(received) > room) {
			add(leftOut, EventHeaders.DLT_HEADERS_BYTES, size(received));
			received = new RecordHeaders();
		}
		leftOut.forEach(received::add);
		addReason(received, letter);
		return new ProducerRecord<>(topic, null, key, value, received);
	}

	private static Headers received(Headers headers) {
		Headers received = new RecordHeaders();
		for (Header header : headers) {
			if (!EventHeaders.isOfDeadLetters(header.key())) {
				received.add(header);
			}
		}
		return received;
	}

	private static void addReason(Headers headers, DeadLetter letter) {
		Coordinates coordinates = letter.record().coordinates();
		add(headers, EventHeaders.DLT_REASON, letter.reason());
		add(headers, EventHeaders.DLT_DETAIL, letter.detail());
		add(headers, EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC, coordinates.topic());
		headers.add(EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION,
				ByteBuffer.allocate(Integer.BYTES).putInt(coordinates.partition()).array());
		headers.add(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET,
				ByteBuffer.allocate(Long.BYTES).putLong(coordinates.offset()).array());
		headers.add(EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP,
				ByteBuffer.allocate(Long.BYTES).putLong(letter.record().timestamp()).array());
	}

	private static void add(Headers headers, String name, @Nullable Object value) {
		if (value != null) {
			headers.add(name, value.toString().getBytes(StandardCharsets.UTF_8));
		}
	}

	private static long size(byte @Nullable [] bytes) {
		return (bytes != null) ? bytes.length + LENGTHS : LENGTHS;
	}

	private static long size(Headers headers) {
		long size = 0;
		for (Header header : headers) {
			// At most three bytes a UTF-16 unit.
			size += 3L * header.key().length() + LENGTHS + size(header.value());
		}
		return size;
	}

	private static String sha256(byte[] value) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
