package dev.tidemark.worker;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Topics;
import dev.tidemark.contracts.examples.Example;
import dev.tidemark.contracts.examples.Examples;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.user.UserCommand.RepublishUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every example of the contract, sent to the worker on one partition. Behind each invalid
 * one comes a valid command of the same key, which must not suffer for it.
 * <p>
 * A worker process, since an example has to hold from topic to topic, and not for the
 * reader alone.
 */
class ExamplesTests {

	private static final Deployment deployment = Deployment.prepare(1).start();

	private static final Map<String, RecordMetadata> sent = new LinkedHashMap<>();

	private static final Map<String, UUID> next = new HashMap<>();

	/** By topic and offset. */
	private static final Map<String, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();

	private static final List<String> causes = new ArrayList<>();

	@BeforeAll
	static void sendAll() {
		Client client = deployment.client();
		for (Example example : invalid()) {
			sent.put(example.name(), client.send(record(example)));
			UUID id = UUID.randomUUID();
			next.put(example.name(), id);
			client.awaitConsumed(client.send(id, republish(example)));
		}
		RecordMetadata[] valid = valid().stream().map((example) -> {
			RecordMetadata at = client.send(record(example));
			sent.put(example.name(), at);
			return at;
		}).toArray(RecordMetadata[]::new);
		client.awaitConsumed(valid);
		for (ConsumerRecord<byte[], byte[]> event : client.newEvents()) {
			if (event.topic().endsWith(Topics.DEAD_LETTER_SUFFIX)) {
				letters.put(event.topic() + originalOffset(event), event);
			}
			else {
				causes.add(Client.header(event, EventHeaders.CE_CAUSATIONID));
			}
		}
	}

	@AfterAll
	static void close() {
		deployment.close();
	}

	static List<Example> valid() {
		return Examples.valid().stream().filter(ExamplesTests::canBeSent).toList();
	}

	static List<Example> invalid() {
		return Examples.invalid().stream().filter(ExamplesTests::canBeSent).toList();
	}

	/**
	 * Java's producer takes no timestamp before 1970, and the broker none that is far
	 * ahead. Others do: what comes of these is read without a broker.
	 */
	private static boolean canBeSent(Example example) {
		Long timestamp = example.timestamp();
		return timestamp == null
				|| (timestamp >= 0 && timestamp < Instant.now().plus(1, ChronoUnit.HOURS).toEpochMilli());
	}

	@ParameterizedTest
	@MethodSource("valid")
	void aValidExampleIsDecided(Example example) {
		RecordMetadata at = sent(example);
		assertThat(deployment.query(
				"select outcome from command_log where topic = ? and partition = 0 and record_offset = ?", at.topic(),
				at.offset()))
			.hasSize(1);
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void anInvalidExampleIsADeadLetterAsItCame(Example example) {
		RecordMetadata at = sent(example);
		ConsumerRecord<byte[], byte[]> letter = letters.get(at.topic() + Topics.DEAD_LETTER_SUFFIX + at.offset());
		assertThat(letter).isNotNull();
		assertThat(letter.key()).isEqualTo(example.key());
		assertThat(letter.value()).isEqualTo(example.value());
		assertThat(Client.header(letter, EventHeaders.DLT_REASON)).isEqualTo(String.valueOf(example.reason()));
		List<String> expected = example.headers()
			.stream()
			.map((header) -> header.name() + "=" + header.text())
			.toList();
		List<String> received = new ArrayList<>();
		for (Header header : letter.headers()) {
			if (!header.key().startsWith("tidemark-dlt-") && !header.key().startsWith("kafka_dlt-")) {
				received.add(header.key() + "=" + ((header.value() != null) ? Client.text(header.value()) : null));
			}
		}
		assertThat(received).isEqualTo(expected);
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void whatComesBehindAnInvalidExampleIsApplied(Example example) {
		assertThat(causes).contains(String.valueOf(next.get(example.name())));
	}

	private static RecordMetadata sent(Example example) {
		return Objects.requireNonNull(sent.get(example.name()));
	}

	private static long originalOffset(ConsumerRecord<byte[], byte[]> letter) {
		return ByteBuffer.wrap(letter.headers().lastHeader(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET).value()).getLong();
	}

	private static ProducerRecord<byte[], byte[]> record(Example example) {
		RecordHeaders headers = new RecordHeaders();
		example.headers().forEach((header) -> headers.add(header.name(), header.value()));
		return new ProducerRecord<>(deployment.client().commandTopic(example.topic()), 0, example.timestamp(),
				example.key(), example.value(), headers);
	}

	private static Command republish(Example example) {
		String key = example.keyText();
		if (example.topic().equals(Users.TYPE.commandTopic())) {
			return new RepublishUser((key != null && !key.isEmpty() && key.length() < 256
					&& key.chars().noneMatch(Character::isISOControl)) ? key : "nobody");
		}
		return new RepublishTask((key != null && key.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
				? UUID.fromString(key) : UUID.randomUUID());
	}

}
