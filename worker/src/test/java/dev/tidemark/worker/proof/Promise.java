package dev.tidemark.worker.proof;

import java.util.List;

/**
 * Something that the contract guarantees, whatever happens.
 */
interface Promise {

	/**
	 * Returns all that is promised.
	 */
	static List<Promise> all() {
		return List.of(new AppliesOnce(), new KeepsOrderPerKey(), new PublishesEveryVersionOnce(),
				new ConvergesToTable(), new KeepsReferences(), new LosesNothing(), new RejectsWithReason(),
				new IsolatesPoison(), new LeaksNoSecret());
	}

	/**
	 * Looks whether the promise has been kept.
	 * @param evidence what is so
	 * @param expectation what must be so
	 * @return each difference in a line; empty if the promise has been kept
	 */
	List<String> differences(Evidence evidence, Expectation expectation);

	/**
	 * Returns the promise's name.
	 */
	default String name() {
		return getClass().getSimpleName();
	}

}
