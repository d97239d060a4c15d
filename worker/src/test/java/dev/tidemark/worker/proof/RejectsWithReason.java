package dev.tidemark.worker.proof;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.EventType;

/**
 * What the state forbids is rejected once, for the first reason that holds.
 */
final class RejectsWithReason implements Promise {

	@Override
	public List<String> differences(Evidence evidence, Expectation expectation) {
		Differences differences = new Differences();
		Map<UUID, Expectation.Rejection> left = new HashMap<>(expectation.rejections());
		for (ConsumerRecord<byte[], byte[]> event : evidence.rejections()) {
			UUID id = UUID.fromString(Evidence.text(event, EventHeaders.CE_CAUSATIONID));
			String what = "rejection %s of %s".formatted(Evidence.where(event), id);
			Expectation.Rejection expected = left.remove(id);
			JsonNode data = Evidence.json(event);
			if (expected == null || data == null) {
				differences.add("%s: expected none, or no other, seen %s".formatted(what, data));
				continue;
			}
			new Published("rejected", EventType.COMMAND_REJECTED, expected.key(), id, expected.time(), null,
					expected.passedOn())
				.compare(what, event, differences);
			differences.compare(what + ", data",
					Envelope.JSON.createObjectNode()
						.put("commandId", id.toString())
						.put("commandType", expected.commandType())
						.put("key", expected.key())
						.put("reason", expected.reason().name())
						// for people
						.put("detail", data.path("detail").asString("missing")),
					data);
		}
		left.forEach(
				(id, rejection) -> differences.add("rejection of %s: expected %s, seen none".formatted(id, rejection)));
		return differences.lines();
	}

}
