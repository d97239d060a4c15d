package dev.tidemark.worker;

import dev.tidemark.contracts.Command;
import dev.tidemark.worker.testing.AggregateContractTests;

/**
 * Tasks, users and posts, in every state, and every example of the contract.
 */
class ShippedAggregatesTests extends AggregateContractTests {

	@Override
	protected Class<?> neighbour() {
		return Command.class;
	}

}
