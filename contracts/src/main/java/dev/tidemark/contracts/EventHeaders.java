package dev.tidemark.contracts;

/**
 * The Kafka headers of commands, events and dead letters, and the values that never vary.
 * All are text in UTF-8, but for three of the {@code KAFKA_DLT} ones.
 */
public final class EventHeaders {

	/**
	 * The CloudEvents attribute {@code id}. Of a command: a UUID in either case, unique
	 * for ever. Of an event: the id of the command that caused it and what came of it,
	 * {@code <command id>:applied} or {@code <command id>:rejected}.
	 */
	public static final String CE_ID = "ce_id";

	/**
	 * The CloudEvents attribute {@code source}, a URI reference; {@link #SOURCE} of all
	 * that Tidemark publishes.
	 */
	public static final String CE_SOURCE = "ce_source";

	/** The CloudEvents attribute {@code specversion}, always {@link #SPECVERSION}. */
	public static final String CE_SPECVERSION = "ce_specversion";

	/**
	 * The CloudEvents attribute {@code type}, a {@link CommandType} or an
	 * {@link EventType}.
	 */
	public static final String CE_TYPE = "ce_type";

	/**
	 * The CloudEvents attribute {@code time}, in the form of RFC 3339: when the command
	 * was asked for. A command without it has the timestamp of its record.
	 */
	public static final String CE_TIME = "ce_time";

	/** The CloudEvents attribute {@code subject}, of events: the record's key. */
	public static final String CE_SUBJECT = "ce_subject";

	/**
	 * The extension {@code expectedversion}, of commands: apply only to this version, a
	 * decimal number.
	 */
	public static final String CE_EXPECTEDVERSION = "ce_expectedversion";

	/**
	 * The extension {@code version}, of snapshots and tombstones: the version of the
	 * aggregate, a decimal number.
	 */
	public static final String CE_VERSION = "ce_version";

	/**
	 * The extension {@code causationid}, of events: the id of the command that caused it.
	 */
	public static final String CE_CAUSATIONID = "ce_causationid";

	/**
	 * The extension {@code correlationid}: any text, passed on from a command to its
	 * event.
	 */
	public static final String CE_CORRELATIONID = "ce_correlationid";

	/**
	 * The extension {@code traceparent} of distributed tracing, passed on from a command
	 * to its event.
	 */
	public static final String CE_TRACEPARENT = "ce_traceparent";

	/**
	 * The extension {@code tracestate} of distributed tracing, passed on from a command
	 * to its event.
	 */
	public static final String CE_TRACESTATE = "ce_tracestate";

	/**
	 * W3C Trace Context as OpenTelemetry writes it to Kafka, passed on from a command to
	 * its event.
	 */
	public static final String TRACEPARENT = "traceparent";

	/**
	 * W3C Trace Context as OpenTelemetry writes it to Kafka, passed on from a command to
	 * its event.
	 */
	public static final String TRACESTATE = "tracestate";

	/**
	 * What the record's value is: {@link #JSON} in binary mode, {@link #CLOUDEVENTS_JSON}
	 * in structured mode.
	 */
	public static final String CONTENT_TYPE = "content-type";

	/** Of dead letters: the {@link DeadLetterReason}. */
	public static final String DLT_REASON = "tidemark-dlt-reason";

	/** Of dead letters: the reason for people, without any value of {@code data}. */
	public static final String DLT_DETAIL = "tidemark-dlt-detail";

	/**
	 * Of a dead letter that would have been larger than its topic takes with the record's
	 * value, and is without it: how many bytes the value had, a decimal number. Such a
	 * letter can't be replayed.
	 */
	public static final String DLT_VALUE_BYTES = "tidemark-dlt-value-bytes";

	/**
	 * Of a dead letter that is without the record's value: the value's SHA-256, in
	 * hexadecimal digits.
	 */
	public static final String DLT_VALUE_SHA256 = "tidemark-dlt-value-sha256";

	/**
	 * Of a dead letter that is without the record's key, too: how many bytes the key had,
	 * a decimal number.
	 */
	public static final String DLT_KEY_BYTES = "tidemark-dlt-key-bytes";

	/**
	 * Of a dead letter that is without the record's headers, too: how many bytes their
	 * names and values had, a decimal number.
	 */
	public static final String DLT_HEADERS_BYTES = "tidemark-dlt-headers-bytes";

	/** Of dead letters: the topic that the record came from. */
	public static final String KAFKA_DLT_ORIGINAL_TOPIC = "kafka_dlt-original-topic";

	/** Of dead letters: the partition that the record came from, 4 bytes, big-endian. */
	public static final String KAFKA_DLT_ORIGINAL_PARTITION = "kafka_dlt-original-partition";

	/** Of dead letters: the offset that the record had, 8 bytes, big-endian. */
	public static final String KAFKA_DLT_ORIGINAL_OFFSET = "kafka_dlt-original-offset";

	/**
	 * Of dead letters: the timestamp that the record had, in milliseconds since 1970, 8
	 * bytes, big-endian; -1 if it had none, or if it is not known.
	 */
	public static final String KAFKA_DLT_ORIGINAL_TIMESTAMP = "kafka_dlt-original-timestamp";

	/**
	 * Of a command that was a dead letter and has been sent back: where the dead letter
	 * lies, {@code <topic>-<partition>@<offset>}. It changes nothing for the command.
	 */
	public static final String REPLAYED_FROM = "tidemark-replayed-from";

	/** The only {@link #CE_SPECVERSION} there is. */
	public static final String SPECVERSION = "1.0";

	/** The {@link #CE_SOURCE} of all that Tidemark publishes. */
	public static final String SOURCE = "tidemark";

	/** The {@link #CONTENT_TYPE} of an event in binary mode. */
	public static final String JSON = "application/json";

	/** The {@link #CONTENT_TYPE} of an event in structured mode. */
	public static final String CLOUDEVENTS_JSON = "application/cloudevents+json";

	private EventHeaders() {
	}

	/**
	 * Tells whether a header belongs to a dead letter, and not to the record that it
	 * holds.
	 * @param name the header's name
	 * @return whether it is one of those that are added when a record dies, and taken
	 * away before
	 */
	public static boolean isOfDeadLetters(String name) {
		return name.startsWith("tidemark-dlt-") || name.startsWith("kafka_dlt-");
	}

}
