package dev.tidemark.worker.intake;

import java.nio.ByteBuffer;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Bounds;

/**
 * Bounds what a poll unpacks, for one consumer and its thread. Kafka bounds a poll only
 * by the number of its records and by bytes that senders may have compressed a thousand
 * times over; what is decided at once is in memory several times over.
 * <p>
 * The consumer deserializes record by record. A deserializer that throws ends the poll
 * with the records that there are, and is asked again about the same record by the next
 * poll: so this throws when a poll has had enough, and never at a poll's first record.
 */
final class PollBudget {

	/**
	 * How large the records of a poll are together, unless it is one record that is
	 * larger. A thousand commands without a long description are half of this.
	 */
	static final int POLL_BYTES = 1024 * 1024;

	/**
	 * What is larger is not kept: by the contract no command has as long a value, and a
	 * key has 1,020 bytes at most.
	 */
	static final int PAYLOAD_BYTES = Bounds.VALUE_BYTES;

	private long spent;

	private int keyBytes;

	/** A new poll begins. */
	void renew() {
		this.spent = 0;
		this.keyBytes = 0;
	}

	Deserializer<Payload> keys() {
		return new PayloadDeserializer() {
			@Override
			Payload take(Headers headers, ByteBuffer data) {
				// Known to be of this record only when its value comes. A record may have
				// none: then its key is counted with the next.
				PollBudget.this.keyBytes += kept(data);
				return payload(data);
			}
		};
	}

	Deserializer<Payload> values() {
		return new PayloadDeserializer() {
			@Override
			Payload take(Headers headers, ByteBuffer data) {
				spend(kept(data) + bytes(headers));
				return payload(data);
			}
		};
	}

	private void spend(long bytes) {
		long record = this.keyBytes + bytes;
		this.keyBytes = 0;
		if (this.spent > 0 && this.spent + record > POLL_BYTES) {
			throw new PollIsFull();
		}
		this.spent += record;
	}

	private static int kept(ByteBuffer data) {
		return (data.remaining() <= PAYLOAD_BYTES) ? data.remaining() : 0;
	}

	private static Payload payload(ByteBuffer data) {
		return (data.remaining() <= PAYLOAD_BYTES) ? Payload.of(data) : Payload.leftOut(data);
	}

	/**
	 * Counts headers, and has each let go of the record's own buffer, which holds the
	 * value, too.
	 */
	private static long bytes(Headers headers) {
		long bytes = 0;
		for (Header header : headers) {
			byte[] value = header.value();
			bytes += header.key().length() + ((value != null) ? value.length : 0);
		}
		return bytes;
	}

	private abstract static class PayloadDeserializer implements Deserializer<Payload> {

		abstract Payload take(Headers headers, ByteBuffer data);

		@Override
		public @Nullable Payload deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
			return (data != null) ? take(headers, data) : null;
		}

		@Override
		public @Nullable Payload deserialize(String topic, byte @Nullable [] data) {
			throw new UnsupportedOperationException("the consumer gives headers and a buffer");
		}

	}

	/** Control flow, and seen by nobody. */
	private static final class PollIsFull extends RuntimeException {

		private static final long serialVersionUID = 1L;

		PollIsFull() {
			super("the poll has as many bytes as it may have", null, false, false);
		}

	}

}
