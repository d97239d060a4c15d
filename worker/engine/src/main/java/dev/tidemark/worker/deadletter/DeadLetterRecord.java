package dev.tidemark.worker.deadletter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.ReceivedRecord;

/**
 * A dead letter as it lies on its topic. What can be seen of it from outside this package
 * shows no password and no hash, but may be hostile in any other way: it is text that
 * somebody has sent.
 */
public final class DeadLetterRecord {

	private static final List<String> LEFT_OUT = List.of(EventHeaders.DLT_KEY_BYTES, EventHeaders.DLT_VALUE_BYTES,
			EventHeaders.DLT_HEADERS_BYTES);

	private final ConsumerRecord<byte[], byte[]> record;

	DeadLetterRecord(ConsumerRecord<byte[], byte[]> record) {
		this.record = record;
	}

	/**
	 * Returns where it lies.
	 * @return its own coordinates, on a dead-letter topic
	 */
	public Coordinates place() {
		return new Coordinates(this.record.topic(), this.record.partition(), this.record.offset());
	}

	/**
	 * Returns when it was set aside.
	 * @return the time of the dead letter itself
	 */
	public Instant time() {
		return Instant.ofEpochMilli(this.record.timestamp());
	}

	/**
	 * Returns where it came from.
	 * @return the coordinates of the record on the commands' topic; null if it does not
	 * say so, and so is no dead letter of a worker
	 */
	public @Nullable Coordinates original() {
		byte[] topic = header(EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC);
		byte[] partition = header(EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION);
		byte[] offset = header(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET);
		if (topic == null || partition == null || partition.length != Integer.BYTES || offset == null
				|| offset.length != Long.BYTES) {
			return null;
		}
		return new Coordinates(new String(topic, StandardCharsets.UTF_8), ByteBuffer.wrap(partition).getInt(),
				ByteBuffer.wrap(offset).getLong());
	}

	/**
	 * Returns when the record was sent.
	 * @return the timestamp that it had on the commands' topic; null if it had none, or
	 * does not say
	 */
	public @Nullable Instant originalTime() {
		byte[] timestamp = header(EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP);
		if (timestamp == null || timestamp.length != Long.BYTES) {
			return null;
		}
		long millis = ByteBuffer.wrap(timestamp).getLong();
		return (millis != ReceivedRecord.NO_TIMESTAMP) ? Instant.ofEpochMilli(millis) : null;
	}

	/**
	 * Returns what is wrong with it.
	 * @return the name of a reason, perhaps one that this release does not know; null if
	 * it does not say
	 */
	public @Nullable String reason() {
		return Masking.text(header(EventHeaders.DLT_REASON));
	}

	/**
	 * Returns what is wrong with it, in words.
	 * @return text for people; null if there is none
	 */
	public @Nullable String detail() {
		return Masking.detail(header(EventHeaders.DLT_DETAIL));
	}

	/**
	 * Returns which dead letter it was before: it was replayed, and is dead again.
	 * @return the place of the earlier one; null if it was not replayed
	 */
	public @Nullable Coordinates replayedFrom() {
		byte[] place = header(EventHeaders.REPLAYED_FROM);
		return (place != null) ? Coordinates.parse(new String(place, StandardCharsets.UTF_8)) : null;
	}

	/**
	 * Returns the key.
	 * @return its text, masked; null if the record has none
	 */
	public @Nullable String key() {
		return Masking.text(this.record.key());
	}

	/**
	 * Returns the value.
	 * @return JSON, masked, where it is JSON; where it is not, or was left out, how large
	 * it is; null if the record has none
	 */
	public @Nullable String value() {
		byte[] leftOut = header(EventHeaders.DLT_VALUE_BYTES);
		return (leftOut == null) ? Masking.value(this.record.value()) : "(left out: %s bytes, SHA-256 %s)"
			.formatted(Masking.text(leftOut), Masking.text(header(EventHeaders.DLT_VALUE_SHA256)));
	}

	/**
	 * Tells whether the letter is without a part of its record: because that was too
	 * large, or could not be read.
	 * @return whether it is not the record as it came
	 */
	public boolean isIncomplete() {
		return DeadLetterReason.UNREADABLE.name().equals(reason())
				|| LEFT_OUT.stream().anyMatch((name) -> header(name) != null);
	}

	/**
	 * Returns the headers as received, without those that make it a dead letter.
	 * @return names and values, masked, in order
	 */
	public List<ShownHeader> headers() {
		List<ShownHeader> shown = new ArrayList<>();
		for (Header header : received()) {
			shown.add(new ShownHeader(Masking.headerName(header.key()), Masking.header(header.key(), header.value())));
		}
		return shown;
	}

	/**
	 * The record as it was received, which now says where it lay. It keeps its timestamp:
	 * to a command without a time of its own, that is when it was asked for.
	 * @param partition the partition to send it to; null for the one of its key
	 */
	ProducerRecord<byte[], byte[]> replay(String topic, @Nullable Integer partition) {
		Headers headers = new RecordHeaders();
		for (Header header : received()) {
			if (!header.key().equals(EventHeaders.REPLAYED_FROM)) {
				headers.add(header);
			}
		}
		headers.add(EventHeaders.REPLAYED_FROM, place().toString().getBytes(StandardCharsets.UTF_8));
		Instant time = originalTime();
		Long timestamp = (time != null && time.toEpochMilli() >= 0) ? time.toEpochMilli() : null;
		return new ProducerRecord<>(topic, partition, timestamp, this.record.key(), this.record.value(), headers);
	}

	private List<Header> received() {
		List<Header> received = new ArrayList<>();
		for (Header header : this.record.headers()) {
			if (!EventHeaders.isOfDeadLetters(header.key())) {
				received.add(header);
			}
		}
		return received;
	}

	private byte @Nullable [] header(String name) {
		Header header = this.record.headers().lastHeader(name);
		return (header != null) ? header.value() : null;
	}

	/**
	 * A header that may be shown.
	 *
	 * @param name its name
	 * @param value its value, masked; null if it has none
	 */
	public record ShownHeader(String name, @Nullable String value) {
	}

}
