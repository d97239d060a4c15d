package dev.tidemark.worker.proof;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Verb;

/**
 * Commands of one key are applied in the order of their partition, and every version is
 * one more than the last. It takes no model to see that.
 */
final class KeepsOrderPerKey implements Promise {

	@Override
	public List<String> differences(Evidence evidence, Expectation expectation) {
		Differences differences = new Differences();
		Map<UUID, Order> asks = evidence.asks();
		Map<Key, Order> lastCauses = new HashMap<>();
		Map<Key, Long> versions = new HashMap<>();
		for (ConsumerRecord<byte[], byte[]> event : evidence.readModels()) {
			Key key = Key.of(event);
			String what = "event %s of %s".formatted(Evidence.where(event), key);
			UUID causeId = UUID.fromString(Evidence.text(event, EventHeaders.CE_CAUSATIONID));
			Order cause = asks.get(causeId);
			if (cause == null || !(cause.intent() instanceof Intent.Ask ask)) {
				differences.add("%s: caused by %s, which nobody has sent".formatted(what, causeId));
				continue;
			}
			// Orders of one partition are numbered in its order.
			Order last = lastCauses.put(key, cause);
			if (last != null && last.number() >= cause.number()) {
				differences
					.add("%s: its cause, %s, came before the cause of the event before it".formatted(what, causeId));
			}
			Long present = versions.get(key);
			Long next = (present != null) ? present + 1 : 1L;
			Long expected = (ask.command().type().verb() == Verb.REPUBLISH) ? present : next;
			differences.compare(what + ", version", expected, version(event));
			if (event.value() == null) {
				versions.remove(key);
			}
			else if (expected != null) {
				versions.put(key, expected);
			}
		}
		return differences.lines();
	}

	private static @Nullable Long version(ConsumerRecord<byte[], byte[]> event) {
		String version = Evidence.text(event, EventHeaders.CE_VERSION);
		return version.isEmpty() ? null : Long.valueOf(version);
	}

}
