package dev.tidemark.worker.observability;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.outcome.Decided;

/**
 * The spans of one poll. What is not sampled, by the sender or here, is passed on as it
 * came.
 */
final class RecordingPollSpans implements PollSpans {

	private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

	private static final TextMapGetter<Map<String, String>> HEADERS = new TextMapGetter<>() {

		@Override
		public Iterable<String> keys(Map<String, String> headers) {
			return headers.keySet();
		}

		@Override
		public @Nullable String get(@Nullable Map<String, String> headers, String name) {
			return (headers != null) ? headers.get(name) : null;
		}

	};

	private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");

	private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.type");

	private static final AttributeKey<String> TOPIC = AttributeKey.stringKey("messaging.destination.name");

	private static final AttributeKey<String> PARTITION = AttributeKey.stringKey("messaging.destination.partition.id");

	private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");

	private static final AttributeKey<String> COMMAND_ID = AttributeKey.stringKey("tidemark.command.id");

	private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("tidemark.outcome");

	private static final AttributeKey<String> REASON = AttributeKey.stringKey("tidemark.reason");

	private final Tracer tracer;

	private final Instant began = Instant.now();

	private final Map<Coordinates, Span> open = new HashMap<>();

	/** By the record that each has come in, which was of another poll as a rule. */
	private final Map<Coordinates, Span> takenUp = new HashMap<>();

	RecordingPollSpans(Tracer tracer) {
		this.tracer = tracer;
	}

	@Override
	public ReceivedCommand begin(ReceivedCommand received) {
		return begin(received, CommandIds.Step.RECEIVED, this.open);
	}

	@Override
	public ReceivedCommand takeUp(ReceivedCommand received) {
		return begin(received, CommandIds.Step.TAKEN_UP, this.takenUp);
	}

	private ReceivedCommand begin(ReceivedCommand received, CommandIds.Step step, Map<Coordinates, Span> begun) {
		Cause cause = received.cause();
		Span span = start(received, step);
		if (!span.getSpanContext().isSampled()) {
			return received;
		}
		begun.put(received.coordinates(), span);
		return new ReceivedCommand(new Cause(cause.commandId(), cause.time(), under(span, cause.tracing())),
				received.record(), received.expectedVersion(), received.source(), received.command());
	}

	private Span start(ReceivedCommand received, CommandIds.Step step) {
		Coordinates coordinates = received.coordinates();
		return CommandIds.chosenFor(received.id(), coordinates, step,
				() -> this.tracer.spanBuilder(received.command().type().wireName())
					.setParent(parent(received.cause().tracing()))
					.setSpanKind(SpanKind.CONSUMER)
					.setStartTimestamp(this.began)
					.setAttribute(SYSTEM, "kafka")
					.setAttribute(OPERATION, "process")
					.setAttribute(TOPIC, coordinates.topic())
					.setAttribute(PARTITION, Integer.toString(coordinates.partition()))
					.setAttribute(OFFSET, coordinates.offset())
					.setAttribute(COMMAND_ID, received.id().toString())
					.startSpan());
	}

	/**
	 * The plain header is of the last hop, CloudEvents' extension of the beginning: the
	 * former is nearer.
	 */
	private static Context parent(Tracing tracing) {
		Context plain = extract(tracing.traceparent(), tracing.tracestate());
		return Span.fromContext(plain).getSpanContext().isValid() ? plain
				: extract(tracing.ceTraceparent(), tracing.ceTracestate());
	}

	private static Context extract(@Nullable String traceparent, @Nullable String tracestate) {
		if (traceparent == null) {
			return Context.root();
		}
		return W3C.extract(Context.root(),
				(tracestate != null)
						? Map.of(EventHeaders.TRACEPARENT, traceparent, EventHeaders.TRACESTATE, tracestate)
						: Map.of(EventHeaders.TRACEPARENT, traceparent),
				HEADERS);
	}

	/** Puts the span in the place of the sender's, in the form that the sender used. */
	private static Tracing under(Span span, Tracing came) {
		Map<String, String> headers = new HashMap<>();
		W3C.inject(Context.root().with(span), headers, (carrier, name, value) -> headers.put(name, value));
		String traceparent = headers.get(EventHeaders.TRACEPARENT);
		boolean extension = came.ceTraceparent() != null;
		return new Tracing(came.correlationId(), extension ? traceparent : null, came.ceTracestate(),
				(came.traceparent() != null || !extension) ? traceparent : null, came.tracestate());
	}

	@Override
	public void end(List<Decided> decided) {
		for (Decided command : decided) {
			Span span = this.open.remove(command.coordinates());
			if (span == null) {
				span = this.takenUp.remove(command.coordinates());
			}
			if (span != null) {
				end(span, command);
			}
		}
		this.open.values()
			.forEach((span) -> span.setAttribute(OUTCOME, "dead-lettered").setStatus(StatusCode.ERROR).end());
	}

	private static void end(Span span, Decided command) {
		span.setAttribute(OUTCOME,
				(command.verdict() != null) ? command.verdict().name().toLowerCase(Locale.ROOT) : "duplicate");
		if (command.reason() != null) {
			span.setAttribute(REASON, command.reason().name());
		}
		span.end();
	}

}
