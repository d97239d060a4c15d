package dev.tidemark.worker.proof;

import java.util.List;

/**
 * A command changes the rows once, whatever is redelivered, killed, rebalanced or
 * retried.
 */
final class AppliesOnce implements Promise {

	@Override
	public List<String> differences(Evidence evidence, Expectation expectation) {
		Differences differences = new Differences();
		differences.compareAll("task", expectation.tasks(), evidence.tasks());
		differences.compareAll("user", expectation.users(), evidence.users());
		return differences.lines();
	}

}
