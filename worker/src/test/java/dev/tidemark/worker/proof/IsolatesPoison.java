package dev.tidemark.worker.proof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;

/**
 * What can never be a command is in the dead letters, as it came and with the reason; and
 * nothing else is.
 */
final class IsolatesPoison implements Promise {

	@Override
	public List<String> differences(Evidence evidence, Expectation expectation) {
		Differences differences = new Differences();
		Map<Integer, ConsumerRecord<byte[], byte[]>> received = new LinkedHashMap<>();
		evidence.commands().forEach((command) -> {
			if (command.order() != null) {
				received.put(command.order().number(), command.record());
			}
		});
		Map<Integer, DeadLetterReason> left = new LinkedHashMap<>(expectation.deadLetters());
		for (ConsumerRecord<byte[], byte[]> deadLetter : evidence.deadLetters()) {
			Integer number = Order.number(deadLetter.headers());
			ConsumerRecord<byte[], byte[]> original = (number != null) ? received.get(number) : null;
			DeadLetterReason reason = (number != null) ? left.remove(number) : null;
			if (original == null || reason == null) {
				differences.add("dead letter %s: expected none, or no other, seen %s: %s".formatted(
						Evidence.where(deadLetter), Evidence.text(deadLetter, EventHeaders.DLT_REASON),
						Evidence.text(deadLetter, EventHeaders.DLT_DETAIL)));
				continue;
			}
			compare("dead letter %s of %s (number %d)".formatted(Evidence.where(deadLetter), Evidence.where(original),
					number), original, reason, deadLetter, differences);
		}
		left.forEach((number, reason) -> differences
			.add("number %d: expected a dead letter for %s, seen none".formatted(number, reason)));
		return differences.lines();
	}

	private static void compare(String what, ConsumerRecord<byte[], byte[]> original, DeadLetterReason reason,
			ConsumerRecord<byte[], byte[]> deadLetter, Differences differences) {
		differences.compare(what + ", topic", original.topic() + "-dlt", deadLetter.topic());
		differences.compare(what + ", key is the same", true, Arrays.equals(original.key(), deadLetter.key()));
		differences.compare(what + ", value is the same", true, Arrays.equals(original.value(), deadLetter.value()));
		differences.compare(what + ", headers as received", received(original), received(deadLetter));
		differences.compare(what + ", reason", reason.name(), Evidence.text(deadLetter, EventHeaders.DLT_REASON));
		differences.compare(what + ", has a detail", true,
				!Evidence.text(deadLetter, EventHeaders.DLT_DETAIL).isBlank());
		Map<String, String> added = added(deadLetter);
		differences.compare(what + ", names of the added headers",
				List.of(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET, EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION,
						EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP, EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC,
						EventHeaders.DLT_DETAIL, EventHeaders.DLT_REASON),
				added.keySet().stream().sorted().toList());
		differences.compare(what + ", original topic", original.topic(),
				Evidence.text(deadLetter, EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC));
		differences.compare(what + ", original partition", "%08x".formatted(original.partition()),
				added.get(EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION));
		differences.compare(what + ", original offset", "%016x".formatted(original.offset()),
				added.get(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET));
		differences.compare(what + ", original timestamp", "%016x".formatted(original.timestamp()),
				added.get(EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP));
	}

	private static boolean isAdded(Header header) {
		return header.key().startsWith("kafka_dlt-") || header.key().startsWith("tidemark-dlt-");
	}

	private static List<String> received(ConsumerRecord<byte[], byte[]> record) {
		List<String> headers = new ArrayList<>();
		record.headers().forEach((header) -> {
			if (!isAdded(header)) {
				headers.add(header.key() + "=" + hex(header.value()));
			}
		});
		return headers;
	}

	private static Map<String, String> added(ConsumerRecord<byte[], byte[]> record) {
		return Arrays.stream(record.headers().toArray())
			.filter(IsolatesPoison::isAdded)
			.collect(Collectors.toMap(Header::key, (header) -> hex(header.value()),
					(one, other) -> one + " and " + other));
	}

	private static String hex(byte @Nullable [] bytes) {
		return (bytes != null) ? HexFormat.of().formatHex(bytes) : "null";
	}

}
