package dev.tidemark.worker.publication;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

import dev.tidemark.contracts.Bounds;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.EventType;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.envelope.TracingConverter;
import dev.tidemark.worker.publication.Event.ReadModelChanged;
import dev.tidemark.worker.topics.TopicLimits;
import dev.tidemark.worker.topics.TopicProperties;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a published record has in it.
 */
class EventRecordsTests {

	private final EventRecords records = records();

	@Test
	void whatPassesOnIsWhatCameByteForByteAlsoWhenItHadToWait() {
		byte[] every = new byte[256];
		for (int i = 0; i < every.length; i++) {
			every[i] = (byte) i;
		}
		Tracing came = new Tracing("\u2713 \uD83D\uDE00", "00-a", "b=c", new String(every, Tracing.PLAIN),
				new String(new byte[] { -1, -2, 0 }, Tracing.PLAIN));
		TracingConverter column = new TracingConverter();
		Tracing waited = Objects.requireNonNull(column.convertToEntityAttribute(column.convertToDatabaseColumn(came)));
		assertThat(waited).isEqualTo(came);
		Headers headers = headers(waited);
		assertThat(value(headers, EventHeaders.CE_CORRELATIONID))
			.isEqualTo("\u2713 \uD83D\uDE00".getBytes(StandardCharsets.UTF_8));
		assertThat(value(headers, EventHeaders.CE_TRACEPARENT)).asString().isEqualTo("00-a");
		assertThat(value(headers, EventHeaders.CE_TRACESTATE)).asString().isEqualTo("b=c");
		assertThat(value(headers, EventHeaders.TRACEPARENT)).isEqualTo(every);
		assertThat(value(headers, EventHeaders.TRACESTATE)).containsExactly(-1, -2, 0);
	}

	@Test
	void whatDidNotComeIsNotPassedOn() {
		assertThat(headers(Tracing.NONE)).extracting(Header::key)
			.doesNotContain(EventHeaders.CE_CORRELATIONID, EventHeaders.CE_TRACEPARENT, EventHeaders.CE_TRACESTATE,
					EventHeaders.TRACEPARENT, EventHeaders.TRACESTATE);
	}

	@Test
	void besidesTheSnapshotARecordTakesNoMoreThanIsLeftForIt() {
		String passedOn = "x".repeat(Bounds.PASSED_ON_BYTES);
		Cause cause = new Cause(UUID.randomUUID(), Instant.parse("9999-12-31T23:59:59.999999Z"),
				new Tracing(passedOn, passedOn, passedOn, passedOn, passedOn));
		String key = "\uD83D\uDE00".repeat(Bounds.KEY_BYTES / 4);
		byte[] json = new byte[100_000];
		for (EventType type : EventType.values()) {
			ProducerRecord<byte[], byte[]> largest = this.records
				.of(new ReadModelChanged(type, key, Long.MAX_VALUE, json, cause));
			int bytes = AbstractRecords.estimateSizeInBytesUpperBound(RecordBatch.CURRENT_MAGIC_VALUE,
					CompressionType.NONE, largest.key(), largest.value(), largest.headers().toArray());
			assertThat(bytes - json.length).isGreaterThan(5 * Bounds.PASSED_ON_BYTES + 2 * Bounds.KEY_BYTES)
				.isLessThan(SnapshotJson.BESIDES);
		}
	}

	private Headers headers(Tracing tracing) {
		Cause cause = new Cause(UUID.randomUUID(), Instant.EPOCH, tracing);
		return this.records.of(new ReadModelChanged(EventType.TASK_DELETED, "key", 1L, null, cause)).headers();
	}

	private static byte @Nullable [] value(Headers headers, String name) {
		return headers.lastHeader(name).value();
	}

	private static EventRecords records() {
		TopicProperties topics = new Binder(new MapConfigurationPropertySource(Map.of()))
			.bindOrCreate("tidemark.topics", TopicProperties.class);
		return new EventRecords(topics, new SnapshotJson(topics, new TopicLimits()),
				new DeadLetterRecords(topics, new TopicLimits(), new DefaultKafkaProducerFactory<>(Map.of())));
	}

}
