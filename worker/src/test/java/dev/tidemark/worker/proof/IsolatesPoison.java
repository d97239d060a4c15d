package dev.tidemark.worker.proof;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;

/**
 * What can never be a command is in the dead letters, as it came and with the reason; and
 * nothing else is. Of a value that is larger than any may be, the letter has the size and
 * the hash.
 */
final class IsolatesPoison implements Promise {

	/** What every dead letter has beside the headers that its record had. */
	private static final List<String> ADDED = List.of(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET,
			EventHeaders.KAFKA_DLT_ORIGINAL_PARTITION, EventHeaders.KAFKA_DLT_ORIGINAL_TIMESTAMP,
			EventHeaders.KAFKA_DLT_ORIGINAL_TOPIC, EventHeaders.DLT_DETAIL, EventHeaders.DLT_REASON);

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
		boolean withoutValue = original.value() != null && original.value().length > Envelope.MAX_VALUE;
		differences.compare(what + ", value is the same", true,
				Arrays.equals(withoutValue ? null : original.value(), deadLetter.value()));
		differences.compare(what + ", size of a value left out",
				withoutValue ? Integer.toString(original.value().length) : "",
				Evidence.text(deadLetter, EventHeaders.DLT_VALUE_BYTES));
		differences.compare(what + ", hash of a value left out", withoutValue ? sha256(original.value()) : "",
				Evidence.text(deadLetter, EventHeaders.DLT_VALUE_SHA256));
		differences.compare(what + ", headers as received", received(original), received(deadLetter));
		differences.compare(what + ", reason", reason.name(), Evidence.text(deadLetter, EventHeaders.DLT_REASON));
		differences.compare(what + ", has a detail", true,
				!Evidence.text(deadLetter, EventHeaders.DLT_DETAIL).isBlank());
		Map<String, String> added = added(deadLetter);
		Set<String> names = new TreeSet<>(ADDED);
		if (withoutValue) {
			names.addAll(List.of(EventHeaders.DLT_VALUE_BYTES, EventHeaders.DLT_VALUE_SHA256));
		}
		differences.compare(what + ", names of the added headers", names, new TreeSet<>(added.keySet()));
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

	static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String hex(byte @Nullable [] bytes) {
		return (bytes != null) ? HexFormat.of().formatHex(bytes) : "null";
	}

}
