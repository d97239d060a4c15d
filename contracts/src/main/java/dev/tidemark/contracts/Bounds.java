package dev.tidemark.contracts;

/**
 * How large the parts of a command's record may be. What is larger is a dead letter, so
 * that whatever a sender may put into a record, its command can be stored, what it causes
 * can be published, and neither fills a worker's memory.
 */
public final class Bounds {

	/** Of a record's value, in bytes, when nothing of it is compressed any more. */
	public static final int VALUE_BYTES = 1_048_576;

	/**
	 * Of a record's key, in bytes. No command has a longer one: a key that is a text has
	 * 255 code points at most, of 4 bytes at most.
	 */
	public static final int KEY_BYTES = 4 * 255;

	/** How many headers a record may have. */
	public static final int HEADERS = 256;

	/** Of all headers of a record together, names and values, in bytes. */
	public static final int HEADERS_BYTES = 65_536;

	/** Of the attribute {@code source}, in bytes of UTF-8. */
	public static final int SOURCE_BYTES = 2_048;

	/**
	 * Of each attribute and each header that is passed on, in bytes of UTF-8: the
	 * extensions {@code correlationid}, {@code traceparent} and {@code tracestate}, and
	 * the plain headers {@link EventHeaders#TRACEPARENT} and
	 * {@link EventHeaders#TRACESTATE}.
	 */
	public static final int PASSED_ON_BYTES = 2_048;

	private Bounds() {
	}

}
