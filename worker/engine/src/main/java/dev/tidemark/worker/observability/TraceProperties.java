package dev.tidemark.worker.observability;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether commands are traced. Everything else about traces is set by OpenTelemetry's own
 * environment variables, {@code OTEL_…}.
 *
 * @param traces whether there is a span for each command
 */
@ConfigurationProperties("tidemark")
record TraceProperties(@DefaultValue("false") boolean traces) {
}
