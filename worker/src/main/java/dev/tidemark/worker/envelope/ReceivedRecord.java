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
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes that pass through, and are never
											// compared.
public record ReceivedRecord(Coordinates coordinates, long timestamp, byte @Nullable [] key, byte @Nullable [] value,
		Headers headers) {
}
