package dev.tidemark.worker.observability;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log when spans begin to be lost and when they no longer are, and not of
 * every attempt.
 */
final class TerseSpanExporter implements SpanExporter {

	private static final Logger logger = LoggerFactory.getLogger(TerseSpanExporter.class);

	private final SpanExporter exporter;

	private final AtomicLong lost = new AtomicLong();

	TerseSpanExporter(SpanExporter exporter) {
		this.exporter = exporter;
	}

	@Override
	public CompletableResultCode export(Collection<SpanData> spans) {
		CompletableResultCode result = this.exporter.export(spans);
		return result.whenComplete(() -> {
			if (!result.isSuccess()) {
				if (this.lost.getAndAdd(spans.size()) == 0) {
					logger.warn("Spans can't be exported and are dropped; commands go on as always. "
							+ "Is the collector up, and OTEL_EXPORTER_OTLP_ENDPOINT right?");
				}
			}
			else {
				long before = this.lost.getAndSet(0);
				if (before > 0) {
					logger.info("Spans are exported again, after {} have been dropped", before);
				}
			}
		});
	}

	@Override
	public CompletableResultCode flush() {
		return this.exporter.flush();
	}

	@Override
	public CompletableResultCode shutdown() {
		return this.exporter.shutdown();
	}

}
