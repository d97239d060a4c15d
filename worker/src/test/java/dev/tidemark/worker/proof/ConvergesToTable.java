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
		Map<String, JsonNode> rows = new LinkedHashMap<>();
		evidence.tasks().forEach((taskId, task) -> rows.put(taskId.toString(), Model.snapshot(task)));
		evidence.users().forEach((username, user) -> rows.put(username, Model.snapshot(user)));
		Map<String, JsonNode> compacted = new LinkedHashMap<>();
		evidence.readModels().forEach((event) -> {
			JsonNode snapshot = Published.comparable(Evidence.json(event));
			if (snapshot != null) {
				compacted.put(Evidence.key(event), snapshot);
			}
			else {
				compacted.remove(Evidence.key(event));
			}
		});
		Differences differences = new Differences();
		differences.compareAll("row and last snapshot of", rows, compacted);
		return differences.lines();
	}

}
