package dev.tidemark.worker.intake;

import org.apache.kafka.common.record.CompressionType;

/**
 * Records that are compressed in one of Kafka's ways could not be read here. Waiting does
 * not help; the message says in one line what does.
 */
public final class UnusableCodecException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnusableCodecException(CompressionType codec, String reason, Throwable cause) {
		super("commands compressed with %s could not be read: %s".formatted(codec.name, reason), cause);
	}

}
