package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record to send, and what is meant by it.
 *
 * @param number tells this record from all others of the workload
 * @param phase the phase of the workload that it belongs to
 * @param aborted whether its transaction is aborted, so that nobody may ever see it
 * @param misplaced whether it goes where murmur2 of its key would not put it
 * @param intent what is meant
 * @param record the record
 */
record Order(int number, int phase, boolean aborted, boolean misplaced, Intent intent,
		ProducerRecord<byte[], byte[]> record) {

	/** The header with the order's number, which the worker does not know. */
	static final String NUMBER = "proof-number";

	/**
	 * Reads the number of the order that a record came from.
	 * @param headers the headers of the record
	 * @return the number, or null if the worker itself has sent the record
	 */
	static @Nullable Integer number(Headers headers) {
		Header header = headers.lastHeader(NUMBER);
		return (header != null) ? Integer.valueOf(new String(header.value(), StandardCharsets.UTF_8)) : null;
	}

}
