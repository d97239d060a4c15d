package dev.tidemark.worker.envelope;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record as it came, whatever it may hold.
 *
 * @param coordinates where it stands
 * @param timestamp its timestamp, in milliseconds since 1970
 * @param key its key
 * @param value its value
 * @param headers its headers
 * @param leftOut what of key and value has not been kept; null if all has
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes that pass through, and are never
											// compared.
public record ReceivedRecord(Coordinates coordinates, long timestamp, byte @Nullable [] key, byte @Nullable [] value,
		Headers headers, @Nullable LeftOut leftOut) {

	/**
	 * A record that is all there.
	 * @param coordinates where it stands
	 * @param timestamp its timestamp, in milliseconds since 1970
	 * @param key its key
	 * @param value its value
	 * @param headers its headers
	 */
	public ReceivedRecord(Coordinates coordinates, long timestamp, byte @Nullable [] key, byte @Nullable [] value,
			Headers headers) {
		this(coordinates, timestamp, key, value, headers, null);
	}

}
