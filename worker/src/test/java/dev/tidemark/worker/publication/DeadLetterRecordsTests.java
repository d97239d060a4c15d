package dev.tidemark.worker.publication;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.LeftOut;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.topics.FoundTopics;
import dev.tidemark.worker.topics.TopicLimits;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A dead letter is the record as it came, or so much of it as can be stored.
 */
class DeadLetterRecordsTests {

	private static final int LIMIT = 1024 * 1024;

	private final DeadLetterRecords records = records();

	@Test
	void aRecordThatFitsIsKeptAsItCame() {
		byte[] key = bytes("key");
		byte[] value = new byte[LIMIT - 10_000];
		ProducerRecord<byte[], byte[]> letter = letter(key, value, new RecordHeaders().add("own", bytes("header")),
				null);
		assertThat(letter.key()).isSameAs(key);
		assertThat(letter.value()).isSameAs(value);
		assertThat(names(letter)).startsWith("own", EventHeaders.DLT_REASON)
			.doesNotContain(EventHeaders.DLT_VALUE_BYTES, EventHeaders.DLT_KEY_BYTES, EventHeaders.DLT_HEADERS_BYTES);
	}

	@Test
	void aLetterSaysWhereItsRecordCameFromAndWhatIsWrong() {
		ProducerRecord<byte[], byte[]> letter = letter(bytes("key"), bytes("value"), new RecordHeaders(), null);
		assertThat(letter.topic()).isEqualTo("task.commands-dlt");
		assertThat(text(letter, EventHeaders.DLT_REASON)).isEqualTo("MALFORMED_DATA");
		assertThat(text(letter, EventHeaders.DLT_DETAIL)).isEqualTo("detail");
		assertThat(text(letter, EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC)).isEqualTo("task.commands");
		assertThat(letter.headers().lastHeader(EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION).value()).containsExactly(0, 0,
				0, 3);
		assertThat(letter.headers().lastHeader(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET).value()).containsExactly(0, 0, 0,
				0, 0, 0, 0, 17);
		assertThat(letter.headers().lastHeader(EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP).value()).containsExactly(0, 0,
				0, 0, 0, 0, 0, 0);
	}

	@Test
	void whatAnEarlierDeathHasAddedIsTakenAway() {
		ProducerRecord<byte[], byte[]> letter = letter(bytes("key"), bytes("value"),
				new RecordHeaders().add(EventHeaders.DLT_REASON, bytes("KEY_MISMATCH"))
					.add(EventHeaders.REPLAYED_FROM, bytes("task.commands-dlt-0@1")),
				null);
		assertThat(names(letter)).containsOnlyOnce(EventHeaders.DLT_REASON).contains(EventHeaders.REPLAYED_FROM);
		assertThat(text(letter, EventHeaders.DLT_REASON)).isEqualTo("MALFORMED_DATA");
	}

	@Test
	void aValueThatDoesNotFitIsLeftOutAndDescribed() {
		ProducerRecord<byte[], byte[]> letter = letter(bytes("key"), new byte[LIMIT],
				new RecordHeaders().add("own", bytes("header")), null);
		assertThat(letter.key()).asString().isEqualTo("key");
		assertThat(letter.value()).isNull();
		assertThat(text(letter, EventHeaders.DLT_VALUE_BYTES)).isEqualTo("1048576");
		assertThat(text(letter, EventHeaders.DLT_VALUE_SHA256))
			// head -c 1048576 /dev/zero | sha256sum
			.isEqualTo("30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58");
		assertThat(text(letter, "own")).isEqualTo("header");
	}

	@Test
	void aKeyThatDoesNotFitEitherIsLeftOutToo() {
		ProducerRecord<byte[], byte[]> letter = letter(new byte[LIMIT], new byte[LIMIT], new RecordHeaders(), null);
		assertThat(letter.key()).isNull();
		assertThat(letter.value()).isNull();
		assertThat(text(letter, EventHeaders.DLT_KEY_BYTES)).isEqualTo("1048576");
	}

	@Test
	void headersThatDoNotFitAreLeftOutLast() {
		ProducerRecord<byte[], byte[]> letter = letter(bytes("key"), bytes("value"),
				new RecordHeaders().add("own", new byte[LIMIT]), null);
		assertThat(letter.value()).isNull();
		assertThat(names(letter)).doesNotContain("own").contains(EventHeaders.DLT_HEADERS_BYTES);
		assertThat(text(letter, EventHeaders.DLT_REASON)).isEqualTo("MALFORMED_DATA");
	}

	@Test
	void whatWasNeverKeptIsDescribed() {
		ProducerRecord<byte[], byte[]> letter = letter(bytes("key"), null, new RecordHeaders(),
				LeftOut.of(null, 250_000_000, "abc"));
		assertThat(letter.value()).isNull();
		assertThat(text(letter, EventHeaders.DLT_VALUE_BYTES)).isEqualTo("250000000");
		assertThat(text(letter, EventHeaders.DLT_VALUE_SHA256)).isEqualTo("abc");
	}

	@Test
	void aSenderCannotSaySoItself() {
		ProducerRecord<byte[], byte[]> letter = letter(bytes("key"), bytes("value"),
				new RecordHeaders().add(EventHeaders.DLT_VALUE_BYTES, bytes("1")), null);
		assertThat(letter.value()).asString().isEqualTo("value");
		assertThat(names(letter)).doesNotContain(EventHeaders.DLT_VALUE_BYTES);
	}

	private ProducerRecord<byte[], byte[]> letter(byte @Nullable [] key, byte @Nullable [] value, Headers headers,
			@Nullable LeftOut leftOut) {
		return this.records.of(new DeadLetter(
				new ReceivedRecord(new Coordinates("task.commands", 3, 17), 0, key, value, headers, leftOut),
				DeadLetterReason.MALFORMED_DATA, "detail"));
	}

	private static List<String> names(ProducerRecord<?, ?> letter) {
		return StreamSupport.stream(letter.headers().spliterator(), false).map(Header::key).toList();
	}

	private static String text(ProducerRecord<?, ?> letter, String name) {
		return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static DeadLetterRecords records() {
		return new DeadLetterRecords(FoundTopics.names(), new TopicLimits(),
				new DefaultKafkaProducerFactory<>(Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LIMIT)));
	}

}
