package dev.tidemark.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Breakpoint;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Collector;
import dev.tidemark.worker.stack.Collector.CollectedSpan;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Ports;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Traces, as a collector sees them that speaks OpenTelemetry's protocol.
 * <p>
 * A worker process, since OpenTelemetry is set up by its environment and sends for real.
 */
class TraceTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final Collector collector = Collector.start();

	/** The sender and the consumer, in this JVM. */
	private static final SdkTracerProvider neighbours = SdkTracerProvider.builder()
		.addSpanProcessor(SimpleSpanProcessor
			.create(OtlpHttpSpanExporter.builder().setEndpoint(collector.endpoint() + "/v1/traces").build()))
		.build();

	private static final Tracer tracer = neighbours.get("neighbours");

	private static final Deployment deployment = Deployment.prepare(1, "TIDEMARK_TRACES", "true",
			"OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(), "OTEL_BSP_SCHEDULE_DELAY", "100");

	private static final Client client = deployment.client();

	@BeforeAll
	static void start() {
		deployment.start();
	}

	@AfterAll
	static void stop() {
		deployment.close();
		neighbours.close();
		collector.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { EventHeaders.TRACEPARENT, EventHeaders.CE_TRACEPARENT })
	void theSendersSpanTheWorkersAndTheConsumersAreInOneTree(String header) {
		Span sender = tracer.spanBuilder("sender").startSpan();
		UUID id = UUID.randomUUID();
		send(id, header, traceparent(sender.getSpanContext()));
		sender.end();
		ConsumerRecord<byte[], byte[]> event = event(id);
		Span consumer = tracer.spanBuilder("consumer").setParent(parent(event, header)).startSpan();
		consumer.end();
		String traceId = sender.getSpanContext().getTraceId();
		Awaitility.await().until(() -> collector.trace(traceId).size() == 3);
		List<CollectedSpan> trace = collector.trace(traceId);
		CollectedSpan worker = named(trace, "dev.tidemark.user.register.v1");
		assertThat(named(trace, "sender").parentId()).isEmpty();
		assertThat(worker.parentId()).isEqualTo(named(trace, "sender").spanId());
		assertThat(named(trace, "consumer").parentId()).isEqualTo(worker.spanId());
		assertThat(worker.attributes()).containsEntry("tidemark.command.id", id.toString())
			.containsEntry("tidemark.outcome", "applied")
			.containsEntry("messaging.destination.name", deployment.tenant().topics().commands(Users.TYPE));
		trace.forEach((span) -> System.out.println("in one tree: " + span));
	}

	@Test
	void whatTheSenderDoesNotSampleIsPassedOnAsItCame() {
		SpanContext unsampled = SpanContext.create("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331",
				TraceFlags.getDefault(), TraceState.getDefault());
		UUID id = UUID.randomUUID();
		send(id, EventHeaders.TRACEPARENT, traceparent(unsampled), EventHeaders.TRACESTATE, "vendor=x");
		ConsumerRecord<byte[], byte[]> event = event(id);
		assertThat(Client.header(event, EventHeaders.TRACEPARENT)).isEqualTo(traceparent(unsampled));
		assertThat(Client.header(event, EventHeaders.TRACESTATE)).isEqualTo("vendor=x");
		// What comes after it is there, so it would be.
		Span sender = tracer.spanBuilder("marker").startSpan();
		send(UUID.randomUUID(), EventHeaders.TRACEPARENT, traceparent(sender.getSpanContext()));
		Awaitility.await().until(() -> !collector.trace(sender.getSpanContext().getTraceId()).isEmpty());
		assertThat(collector.trace(unsampled.getTraceId())).isEmpty();
	}

	@Test
	void aCommandWithoutATraceBeginsOne() {
		UUID id = UUID.randomUUID();
		send(id);
		SpanContext passedOn = Span.fromContext(parent(event(id), EventHeaders.TRACEPARENT)).getSpanContext();
		assertThat(passedOn.isSampled()).isTrue();
		Awaitility.await().until(() -> !collector.trace(passedOn.getTraceId()).isEmpty());
		assertThat(collector.trace(passedOn.getTraceId())).singleElement().satisfies((span) -> {
			assertThat(span.parentId()).isEmpty();
			assertThat(span.spanId()).isEqualTo(passedOn.getSpanId());
		});
	}

	@Test
	void aDeferredCommandStaysInItsTrace() {
		Span sender = tracer.spanBuilder("sender").startSpan();
		String user = UUID.randomUUID().toString();
		UUID id = UUID.randomUUID();
		client.send(id, new CreateTask(UUID.randomUUID(), "Title", user, null, TaskStatus.PENDING),
				EventHeaders.TRACEPARENT, traceparent(sender.getSpanContext()));
		client.send(UUID.randomUUID(), new RegisterUser(user, HASH));
		ConsumerRecord<byte[], byte[]> event = event(id);
		String traceId = sender.getSpanContext().getTraceId();
		Awaitility.await().until(() -> collector.trace(traceId).size() == 2);
		CollectedSpan takenUp = outcome(collector.trace(traceId), "applied");
		assertThat(outcome(collector.trace(traceId), "deferred").parentId())
			.isEqualTo(sender.getSpanContext().getSpanId());
		assertThat(takenUp.parentId()).isEqualTo(sender.getSpanContext().getSpanId());
		assertThat(Client.header(event, EventHeaders.TRACEPARENT))
			.isEqualTo("00-%s-%s-%s".formatted(traceId, takenUp.spanId(), sender.getSpanContext().getTraceFlags()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "REFUSING", "SILENT" })
	void aCollectorThatIsIllHoldsNothingUpAndFloodsNothing(Collector.Mood mood) {
		int before = collector.requests();
		collector.be(mood);
		try {
			// More than one export's worth, unless nobody answers: then one hangs.
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
				UUID id = UUID.randomUUID();
				send(id);
				event(id);
				return collector.requests() >= before + ((mood == Collector.Mood.REFUSING) ? 4 : 1);
			});
			UUID last = UUID.randomUUID();
			send(last);
			assertThat(event(last)).isNotNull();
			assertThat(deployment.worker().output().lines().filter((line) -> line.contains("Spans can't")))
				.hasSizeLessThan(3);
			assertThat(deployment.worker().output()).doesNotContain("\tat ", "io.opentelemetry.exporter.internal");
		}
		finally {
			collector.be(Collector.Mood.TAKING);
		}
		// The export that hangs has to run out of its time first.
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			UUID id = UUID.randomUUID();
			send(id);
			String traceId = Span.fromContext(parent(event(id), EventHeaders.TRACEPARENT))
				.getSpanContext()
				.getTraceId();
			return !collector.trace(traceId).isEmpty();
		});
	}

	@Test
	void whatIsPublishedAgainIsInTheSameTraceByteForByte() throws IOException {
		try (Deployment crashing = Deployment.prepare(1, "TIDEMARK_TRACES", "true", "OTEL_EXPORTER_OTLP_ENDPOINT",
				collector.endpoint())) {
			int port = Ports.free();
			UUID id = UUID.randomUUID();
			crashing.client()
				.send(id, new RegisterUser("amara", HASH), EventHeaders.TRACEPARENT,
						"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
			WorkerProcess worker = crashing.start(Breakpoint.environment(port));
			// The events are in the topic, and their transaction is not committed.
			try (Breakpoint breakpoint = Breakpoint.set(port,
					"org.apache.kafka.clients.producer.internals.TransactionManager#handleCompletedBatch")) {
				breakpoint.awaitHit();
				worker.kill();
			}
			crashing.start(Map.of());
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !crashing.client().newEvents().isEmpty());
			List<ConsumerRecord<byte[], byte[]>> twice = uncommitted(crashing);
			assertThat(twice).hasSize(2)
				.allMatch((event) -> Objects.requireNonNull(Client.header(event, EventHeaders.TRACEPARENT))
					.startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
			assertThat(twice.getFirst().headers()).isEqualTo(twice.getLast().headers());
			assertThat(Client.header(twice.getFirst(), EventHeaders.TRACEPARENT)).doesNotContain("00f067aa0ba902b7");
		}
	}

	/** All that was written, also what was never committed. */
	private static List<ConsumerRecord<byte[], byte[]>> uncommitted(Deployment deployment) {
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", deployment.tenant().bootstrapServers()), new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			TopicPartition partition = new TopicPartition(deployment.tenant().topics().readModel(Users.TYPE), 0);
			consumer.assign(List.of(partition));
			consumer.seekToBeginning(List.of(partition));
			List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
			Awaitility.await().until(() -> {
				consumer.poll(Duration.ofMillis(100)).forEach(found::add);
				return found.size() >= 2;
			});
			return found;
		}
	}

	private static void send(UUID id, String... headers) {
		client.send(id, new RegisterUser(id.toString(), HASH), headers);
	}

	/** Waits for what a command has caused. */
	private static ConsumerRecord<byte[], byte[]> event(UUID id) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> client.newEvents()
				.stream()
				.filter((event) -> id.toString().equals(Client.header(event, EventHeaders.CE_CAUSATIONID)))
				.findFirst()
				.orElse(null), Objects::nonNull);
	}

	private static String traceparent(SpanContext span) {
		return "00-%s-%s-%s".formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex());
	}

	private static Context parent(ConsumerRecord<?, ?> event, String header) {
		String[] parts = Objects.requireNonNull(Client.header(event, header)).split("-", -1);
		return Context.root()
			.with(Span.wrap(SpanContext.createFromRemoteParent(parts[1], parts[2], TraceFlags.fromHex(parts[3], 0),
					TraceState.getDefault())));
	}

	private static CollectedSpan named(List<CollectedSpan> spans, String name) {
		return spans.stream().filter((span) -> span.name().equals(name)).findFirst().orElseThrow();
	}

	private static CollectedSpan outcome(List<CollectedSpan> spans, String outcome) {
		return spans.stream()
			.filter((span) -> outcome.equals(span.attributes().get("tidemark.outcome")))
			.findFirst()
			.orElseThrow();
	}

}
