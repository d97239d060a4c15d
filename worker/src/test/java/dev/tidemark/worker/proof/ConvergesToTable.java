package dev.tidemark.worker.proof;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * What compaction leaves of the read models is what the tables hold. It takes no model to
 * see that.
 */
final class ConvergesToTable implements Promise {

	@Override
	public List<String> differences(Evidence evidence, Expectation expectation) {
		Map<Key, JsonNode> rows = new LinkedHashMap<>();
		evidence.rows().forEach((key, row) -> rows.put(key, Model.snapshot(row)));
		Map<Key, JsonNode> compacted = new LinkedHashMap<>();
		evidence.readModels().forEach((event) -> {
			JsonNode snapshot = Published.comparable(Evidence.json(event));
			if (snapshot != null) {
				compacted.put(Key.of(event), snapshot);
			}
			else {
				compacted.remove(Key.of(event));
			}
		});
		Differences differences = new Differences();
		differences.compareAll("row and last snapshot of", rows, compacted);
		return differences.lines();
	}

}
