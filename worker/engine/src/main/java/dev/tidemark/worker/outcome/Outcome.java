package dev.tidemark.worker.outcome;

import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.worker.envelope.AggregateKey;

/**
 * What the state makes of a well-formed command. A value: what forbids a command is no
 * failure, and what fails is no outcome.
 */
public sealed interface Outcome {

	/**
	 * The rows have changed, or a republish has found them as they are.
	 *
	 * @param readModel what is to be published
	 */
	record Applied(ReadModel readModel) implements Outcome {
	}

	/**
	 * The state forbids the command; no row has changed.
	 *
	 * @param reason the first reason that holds, in the order of the contract
	 * @param detail for people: the state that was found; never a hash
	 */
	record Rejected(RejectionReason reason, String detail) implements Outcome {
	}

	/**
	 * The command has to wait for an aggregate that it names; no row has changed.
	 *
	 * @param absent the aggregate that is not there yet
	 */
	record Deferred(AggregateKey absent) implements Outcome {
	}

}
