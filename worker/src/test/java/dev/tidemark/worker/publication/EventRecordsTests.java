package dev.tidemark.worker.publication;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Bounds;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Rejection;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Cause;
import dev.tidemark.worker.envelope.Tracing;
import dev.tidemark.worker.envelope.TracingConverter;
import dev.tidemark.worker.publication.Event.CommandRejected;
import dev.tidemark.worker.publication.Event.ReadModelChanged;
import dev.tidemark.worker.publication.Event.Resume;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a published record has in it.
 */
class EventRecordsTests {

	private static final Cause CAUSE = new Cause(UUID.fromString("8c0a6dd0-1f9b-4d0c-9a9a-6a3f4f1d2b10"),
			Instant.parse("2026-11-20T10:00:00.123456Z"), new Tracing("correlation", null, null, "00-b", null));

	private final EventRecords records = Publication.records();

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

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { //
			"task, snapshot, 3, task.read-model", "task, deleted, 4, task.read-model",
			"task, deleted, -, task.read-model", "user, snapshot, 1, user.read-model",
			"user, deleted, 2, user.read-model", "user, deleted, -, user.read-model" })
	void aReadModelIsARecordOfItsKeyWithTheContractsHeaders(String aggregate, String event, @Nullable Long version,
			String topic) {
		AggregateType aggregateType = Objects.requireNonNull(Catalogue.installed().aggregate(aggregate));
		EventType type = event.equals("deleted") ? aggregateType.tombstone() : aggregateType.snapshot();
		byte @Nullable [] json = event.equals("deleted") ? null : "{}".getBytes(StandardCharsets.UTF_8);
		ProducerRecord<byte[], byte[]> record = this.records
			.of(new ReadModelChanged(type, "\u2713", version, json, CAUSE));
		assertThat(record.topic()).isEqualTo(topic);
		assertThat(record.partition()).as("that of its key").isNull();
		assertThat(record.key()).isEqualTo("\u2713".getBytes(StandardCharsets.UTF_8));
		assertThat(record.value()).isEqualTo(json);
		assertThat(texts(record)).containsExactlyInAnyOrderEntriesOf(expected(CAUSE.commandId() + ":applied",
				type.wireName(), "\u2713", (version != null) ? version.toString() : null, json != null));
	}

	@Test
	void aRejectionIsARecordOfItsCommandsKey() {
		ProducerRecord<byte[], byte[]> record = this.records.of(new CommandRejected(
				new Rejection(CAUSE.commandId(), "dev.tidemark.task.update.v1", "key", Tasks.TYPE.notFound(), "gone"),
				CAUSE));
		assertThat(record.topic()).isEqualTo("command.rejections");
		assertThat(record.key()).asString().isEqualTo("key");
		assertThat(record.value()).asString().contains("\"reason\":\"TASK_NOT_FOUND\"");
		assertThat(texts(record)).containsExactlyInAnyOrderEntriesOf(
				expected(CAUSE.commandId() + ":rejected", "dev.tidemark.command.rejected.v1", "key", null, true));
	}

	@Test
	void aResumeIsACommandWithAnIdOfItsOwnEachTime() {
		AggregateKey task = new AggregateKey(Tasks.TYPE, "5a3f4eaf-d364-4d56-ac36-0ab04d74ae9a");
		ProducerRecord<byte[], byte[]> record = this.records.of(new Resume(task, CAUSE));
		assertThat(record.topic()).isEqualTo("task.commands");
		assertThat(record.key()).asString().isEqualTo(task.key());
		assertThat(record.value()).asString().isEqualTo("{\"taskId\":\"%s\"}", task.key());
		String id = Objects.requireNonNull(texts(record).get(EventHeaders.CE_ID));
		assertThat(UUID.fromString(id)).isNotEqualTo(CAUSE.commandId());
		assertThat(texts(this.records.of(new Resume(task, CAUSE))).get(EventHeaders.CE_ID)).isNotEqualTo(id);
		assertThat(texts(record))
			.containsExactlyInAnyOrderEntriesOf(expected(id, "dev.tidemark.task.resume.v1", task.key(), null, true));
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
		for (EventType type : Catalogue.installed().events()) {
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
		return this.records.of(new ReadModelChanged(Tasks.TYPE.tombstone(), "key", 1L, null, cause)).headers();
	}

	/** What CAUSE has in it, and what is said. */
	private static Map<String, String> expected(String id, String type, String subject, @Nullable String version,
			boolean json) {
		Map<String, String> headers = new HashMap<>(Map.of(EventHeaders.CE_SPECVERSION, "1.0", EventHeaders.CE_ID, id,
				EventHeaders.CE_SOURCE, "tidemark", EventHeaders.CE_TYPE, type, EventHeaders.CE_TIME,
				"2026-11-20T10:00:00.123456Z", EventHeaders.CE_SUBJECT, subject, EventHeaders.CE_CAUSATIONID,
				"8c0a6dd0-1f9b-4d0c-9a9a-6a3f4f1d2b10", EventHeaders.CE_CORRELATIONID, "correlation",
				EventHeaders.TRACEPARENT, "00-b"));
		if (version != null) {
			headers.put(EventHeaders.CE_VERSION, version);
		}
		if (json) {
			headers.put(EventHeaders.CONTENT_TYPE, "application/json");
		}
		return headers;
	}

	private static Map<String, String> texts(ProducerRecord<byte[], byte[]> record) {
		Map<String, String> texts = new HashMap<>();
		record.headers()
			.forEach((header) -> assertThat(texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)))
				.isNull());
		return texts;
	}

	private static byte @Nullable [] value(Headers headers, String name) {
		return headers.lastHeader(name).value();
	}

}
