package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/**
 * An endpoint for OpenTelemetry's protocol over HTTP that remembers the spans it gets. It
 * can refuse them, and it can leave whoever sends them without an answer.
 */
public final class Collector implements AutoCloseable {

	private final HttpServer server;

	private final Queue<CollectedSpan> spans = new ConcurrentLinkedQueue<>();

	private final AtomicInteger requests = new AtomicInteger();

	private final CountDownLatch closed = new CountDownLatch(1);

	private volatile Mood mood = Mood.TAKING;

	private Collector() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
	}

	/**
	 * Starts a collector.
	 * @return the collector, which takes what comes
	 */
	public static Collector start() {
		Collector collector = new Collector();
		collector.server.createContext("/v1/traces", collector::take);
		collector.server.start();
		return collector;
	}

	private void take(HttpExchange exchange) throws IOException {
		try (exchange; InputStream body = exchange.getRequestBody()) {
			ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body);
			Mood now = this.mood;
			this.requests.incrementAndGet();
			switch (now) {
				case TAKING -> {
					remember(request);
					exchange.sendResponseHeaders(200, -1);
				}
				case REFUSING -> exchange.sendResponseHeaders(400, -1);
				case SILENT -> this.closed.await();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void remember(ExportTraceServiceRequest request) {
		request.getResourceSpansList()
			.forEach((resource) -> resource.getScopeSpansList()
				.stream()
				.flatMap((scope) -> scope.getSpansList().stream())
				.map((span) -> new CollectedSpan(span.getName(), hex(span.getTraceId()), hex(span.getSpanId()),
						hex(span.getParentSpanId()),
						span.getAttributesList()
							.stream()
							.filter((attribute) -> attribute.getValue().hasStringValue())
							.collect(Collectors.toMap((attribute) -> attribute.getKey(),
									(attribute) -> attribute.getValue().getStringValue()))))
				.forEach(this.spans::add));
	}

	private static String hex(ByteString id) {
		return HexFormat.of().formatHex(id.toByteArray());
	}

	/**
	 * Changes how requests are answered.
	 * @param mood how, from now on
	 */
	public void be(Mood mood) {
		this.mood = mood;
	}

	/**
	 * Returns where spans are to be sent.
	 * @return the endpoint's base URL
	 */
	public String endpoint() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	/**
	 * Returns how many requests have come.
	 * @return the number, whatever was answered
	 */
	public int requests() {
		return this.requests.get();
	}

	/**
	 * Returns the spans of a trace that have been taken.
	 * @param traceId the trace's id, in hexadecimal
	 * @return the spans, in the order in which they came
	 */
	public List<CollectedSpan> trace(String traceId) {
		return this.spans.stream().filter((span) -> span.traceId().equals(traceId)).toList();
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
	}

	/** How requests are answered. */
	public enum Mood {

		/** Spans are taken. */
		TAKING,

		/** Spans are refused, for good. */
		REFUSING,

		/** There is no answer. */
		SILENT

	}

	/**
	 * A span as it came.
	 *
	 * @param name the name
	 * @param traceId the trace's id
	 * @param spanId the span's id
	 * @param parentId the parent's id; empty if there is none
	 * @param attributes the attributes that are text
	 */
	public record CollectedSpan(String name, String traceId, String spanId, String parentId,
			Map<String, String> attributes) {
	}

}
