package dev.tidemark.worker.envelope;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record as it came, whatever it may hold.
 *
 * @param coordinates where it stands
 * @param timestamp its timestamp, in milliseconds since 1970; {@link #NO_TIMESTAMP} if it
 * has none
 * @param key its key
 * @param value its value
 * @param headers its headers
 * @param leftOut what of key and value has not been kept; null if all has
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes that pass through, and are never
											// compared.
public record ReceivedRecord(Coordinates coordinates, long timestamp, byte @Nullable [] key, byte @Nullable [] value,
		Headers headers, @Nullable LeftOut leftOut) {

	/** The timestamp of a record that has none. */
	public static final long NO_TIMESTAMP = ConsumerRecord.NO_TIMESTAMP;

	/**
	 * A record that is all there.
	 * @param coordinates where it stands
	 * @param timestamp its timestamp, in milliseconds since 1970; {@link #NO_TIMESTAMP}
	 * if it has none
	 * @param key its key
	 * @param value its value
	 * @param headers its headers
	 */
	public ReceivedRecord(Coordinates coordinates, long timestamp, byte @Nullable [] key, byte @Nullable [] value,
			Headers headers) {
		this(coordinates, timestamp, key, value, headers, null);
	}

	/**
	 * Returns when the record was made, for those who measure how long ago that is.
	 * @return the timestamp, in milliseconds since 1970; null if there is none, or one
	 * before 1970, which was no clock's
	 */
	public @Nullable Long recordedAt() {
		return (this.timestamp >= 0) ? this.timestamp : null;
	}

}
