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
		differences.compareAll("row of", expectation.rows(), evidence.rows());
		return differences.lines();
	}

}
