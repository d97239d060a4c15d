package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Passwords and their hashes are nowhere but where they have to be: in the command
 * topics, in {@code users.password_hash}, and in the value of a dead letter.
 */
final class LeaksNoSecret implements Promise {

	@Override
	public List<String> differences(Evidence evidence, Expectation expectation) {
		Differences differences = new Differences();
		evidence.readModels().forEach((event) -> searchAll(event, differences));
		evidence.rejections().forEach((event) -> searchAll(event, differences));
		evidence.deadLetters().forEach((deadLetter) -> searchHeaders(deadLetter, differences));
		evidence.commands().forEach((command) -> searchHeaders(command.record(), differences));
		evidence.otherRows().forEach((row) -> search("row", row, differences));
		evidence.logs().forEach((log) -> log.lines().forEach((line) -> search("log", line, differences)));
		evidence.metrics()
			.forEach((metrics) -> metrics.lines().forEach((line) -> search("metrics", line, differences)));
		return differences.lines();
	}

	private static void searchAll(ConsumerRecord<byte[], byte[]> record, Differences differences) {
		searchHeaders(record, differences);
		if (record.value() != null) {
			search(Evidence.where(record), new String(record.value(), StandardCharsets.UTF_8), differences);
		}
	}

	private static void searchHeaders(ConsumerRecord<byte[], byte[]> record, Differences differences) {
		record.headers().forEach((header) -> {
			if (header.value() != null) {
				search("%s, header %s".formatted(Evidence.where(record), header.key()),
						new String(header.value(), StandardCharsets.UTF_8), differences);
			}
		});
	}

	private static void search(String where, String text, Differences differences) {
		if (text.contains(Texts.SENTINEL)) {
			differences.add("%s: a secret: %s".formatted(where, text));
		}
	}

}
