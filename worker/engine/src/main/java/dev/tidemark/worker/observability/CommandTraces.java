package dev.tidemark.worker.observability;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import jakarta.annotation.PreDestroy;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.stereotype.Component;

/**
 * Traces commands with OpenTelemetry, if that is switched on: a span for each, under the
 * sender's, and what the command causes comes under it. Whatever happens to the spans,
 * commands don't wait for it.
 */
@Component
@EnableConfigurationProperties(TraceProperties.class)
public final class CommandTraces {

	/** As OpenTelemetry's specification has it, but for what the worker does not send. */
	private static final Map<String, String> DEFAULTS = Map.of("otel.service.name", "tidemark",
			"otel.exporter.otlp.protocol", "http/protobuf", "otel.metrics.exporter", "none", "otel.logs.exporter",
			"none");

	private static final int SECONDS_TO_SEND_THE_LAST = 2;

	private final @Nullable OpenTelemetrySdk sdk;

	private final @Nullable Tracer tracer;

	CommandTraces(TraceProperties properties) {
		this.sdk = properties.traces() ? sdk() : null;
		this.tracer = (this.sdk != null) ? this.sdk.getTracer("dev.tidemark.worker") : null;
	}

	private static OpenTelemetrySdk sdk() {
		try {
			return AutoConfiguredOpenTelemetrySdk.builder()
				.addPropertiesSupplier(() -> DEFAULTS)
				.addTracerProviderCustomizer((provider, _) -> provider.setIdGenerator(new CommandIds()))
				.addSpanExporterCustomizer((exporter, _) -> new TerseSpanExporter(exporter))
				.disableShutdownHook()
				.build()
				.getOpenTelemetrySdk();
		}
		catch (ConfigurationException ex) {
			throw new InvalidConfigurationPropertyValueException("tidemark.traces", true,
					"OpenTelemetry can't be set up as its OTEL_ variables say: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Begins the spans of a poll.
	 * @return the spans, of which there are none yet
	 */
	public PollSpans poll() {
		return (this.tracer != null) ? new RecordingPollSpans(this.tracer) : PollSpans.NONE;
	}

	@PreDestroy
	void close() {
		if (this.sdk != null) {
			this.sdk.shutdown().join(SECONDS_TO_SEND_THE_LAST, TimeUnit.SECONDS);
		}
	}

}
