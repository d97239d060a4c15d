package dev.tidemark.benchmark;

import java.util.EnumMap;
import java.util.Map;

/**
 * What one run came to.
 *
 * @param key which run it was
 * @param metrics what was measured
 */
record Result(Key key, Map<Metric, Double> metrics) {

	/** A run of which nothing is known yet. */
	Result(Key key) {
		this(key, new EnumMap<>(Metric.class));
	}

	Result with(Metric metric, double value) {
		this.metrics.put(metric, value);
		return this;
	}

	/**
	 * Names a run.
	 *
	 * @param measure what was measured
	 * @param contender of whom
	 * @param parameter the batch size, the rate, or the line of the growth table; may be
	 * empty
	 * @param round in which round
	 * @param commands how many commands there were
	 */
	record Key(String measure, String contender, String parameter, int round, long commands) {
	}

}
