package dev.tidemark.worker.proof;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A {@code read_committed} consumer of a read-model topic sees, for each key, every
 * version once and in order, and again only what was asked for.
 */
final class PublishesEveryVersionOnce implements Promise {

	@Override
	public List<String> differences(Evidence evidence, Expectation expectation) {
		Differences differences = new Differences();
		Map<Key, List<ConsumerRecord<byte[], byte[]>>> seen = evidence.readModels()
			.stream()
			.collect(Collectors.groupingBy(Key::of, LinkedHashMap::new, Collectors.toList()));
		Set<Key> keys = new LinkedHashSet<>(expectation.events().keySet());
		keys.addAll(seen.keySet());
		for (Key key : keys) {
			compare(key, expectation.events().getOrDefault(key, List.of()), seen.getOrDefault(key, List.of()),
					differences);
		}
		return differences.lines();
	}

	private static void compare(Key key, List<Expectation.Event> expected, List<ConsumerRecord<byte[], byte[]>> seen,
			Differences differences) {
		if (expected.size() != seen.size()) {
			differences.add("%s: expected %d events, seen %d; expected %s, seen %s".formatted(key, expected.size(),
					seen.size(), expected.stream().map((event) -> event.commandId() + " v" + event.version()).toList(),
					seen.stream()
						.map((event) -> Evidence.text(event, "ce_causationid") + " v"
								+ Evidence.text(event, "ce_version"))
						.toList()));
			return;
		}
		for (int i = 0; i < expected.size(); i++) {
			Expectation.Event event = expected.get(i);
			String what = "event %s of %s".formatted(Evidence.where(seen.get(i)), key);
			new Published("applied", event.type(), key.text(), event.commandId(), event.time(), event.version(),
					event.passedOn())
				.compare(what, seen.get(i), differences);
			differences.compare(what + ", data", Published.comparable(event.data()),
					Published.comparable(Evidence.json(seen.get(i))));
		}
	}

}
