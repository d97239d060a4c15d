package dev.tidemark.worker.envelope;

import org.jspecify.annotations.Nullable;

/**
 * What a command passes on to everything it causes, each as it came: CloudEvents'
 * extension attributes, and the plain headers that OpenTelemetry's instrumentations send.
 *
 * @param correlationId the extension of that name
 * @param ceTraceparent the extension {@code traceparent}
 * @param ceTracestate the extension {@code tracestate}
 * @param traceparent the plain header {@code traceparent}
 * @param tracestate the plain header {@code tracestate}
 */
public record Tracing(@Nullable String correlationId, @Nullable String ceTraceparent, @Nullable String ceTracestate,
		@Nullable String traceparent, @Nullable String tracestate) {

	/** Nothing to pass on. */
	public static final Tracing NONE = new Tracing(null, null, null, null, null);

}
