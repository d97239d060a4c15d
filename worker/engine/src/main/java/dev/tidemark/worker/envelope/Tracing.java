package dev.tidemark.worker.envelope;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * What a command passes on to everything it causes, each as it came: CloudEvents'
 * extension attributes, and the plain headers that OpenTelemetry's instrumentations send.
 *
 * @param correlationId the extension of that name
 * @param ceTraceparent the extension {@code traceparent}
 * @param ceTracestate the extension {@code tracestate}
 * @param traceparent the plain header {@code traceparent}, its bytes as {@link #PLAIN}
 * @param tracestate the plain header {@code tracestate}, its bytes as {@link #PLAIN}
 */
public record Tracing(@Nullable String correlationId, @Nullable String ceTraceparent, @Nullable String ceTracestate,
		@Nullable String traceparent, @Nullable String tracestate) {

	/**
	 * How the bytes of a plain header are kept as text: each is a character. What such a
	 * header holds is not known to be text in any encoding, and goes on byte for byte.
	 */
	public static final Charset PLAIN = StandardCharsets.ISO_8859_1;

	/** Nothing to pass on. */
	public static final Tracing NONE = new Tracing(null, null, null, null, null);

}
