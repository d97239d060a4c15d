package dev.tidemark.worker.console;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * What this process has counted since it started. A figure that it does not keep is
 * absent.
 *
 * @param outcomes commands by outcome
 * @param rejections rejections by reason
 * @param deadLetters dead letters by reason
 * @param age how old commands were when they were applied, in seconds; by where the age
 * is counted from
 * @param phases how long the phases of a batch took, in seconds; by phase
 * @param batches how many records batches had
 * @param oldestUnprocessed the age of the oldest record in hand, in seconds
 * @param waitingSince Unix times in seconds, 0 where nothing is waited for; by what is
 * waited for
 * @param intakeStopped 1 when the guard stopped the intake
 * @param consumers expected and running consumers
 * @param lag records not yet consumed of the partitions that are assigned to this
 * process, those that may not be delivered yet included; by topic and number, joined by a
 * hyphen
 * @param undeliverableAge for how many seconds nothing has come out from behind an open
 * transaction of these partitions; as above
 * @param lost how many offsets were gone before they were read; as above
 * @param misplaced commands in a partition that their key does not belong to; by source
 */
record WorkerFigures(Map<String, Double> outcomes, Map<String, Double> rejections, Map<String, Double> deadLetters,
		Map<String, Spread> age, Map<String, Spread> phases, @Nullable Spread batches,
		@Nullable Double oldestUnprocessed, Map<String, Double> waitingSince, @Nullable Double intakeStopped,
		Map<String, Double> consumers, Map<String, Double> lag, Map<String, Double> undeliverableAge,
		Map<String, Double> lost, Map<String, Double> misplaced) {

	/**
	 * How values are spread.
	 *
	 * @param count how many values there were
	 * @param total their sum
	 * @param max the highest of the last minutes
	 */
	record Spread(long count, double total, double max) {
	}

	static WorkerFigures of(MeterRegistry meters) {
		return new WorkerFigures(counts(meters, "tidemark.commands", "outcome"),
				counts(meters, "tidemark.rejections", "reason"), counts(meters, "tidemark.dead.letters", "reason"),
				times(meters, "tidemark.command.age", "since"), times(meters, "tidemark.batch.phase", "phase"),
				batches(meters), gauge(meters, "tidemark.oldest.unprocessed.age"),
				gauges(meters, "tidemark.waiting.since", "for"), gauge(meters, "tidemark.intake.stopped"),
				gauges(meters, "tidemark.consumers", "state"), byPartition(meters, "tidemark.consumer.lag"),
				byPartition(meters, "tidemark.consumer.undeliverable.age"),
				byPartition(meters, "tidemark.records.lost"), counts(meters, "tidemark.misplaced.commands", "source"));
	}

	private static Map<String, Double> counts(MeterRegistry meters, String name, String tag) {
		Map<String, Double> counts = new TreeMap<>();
		for (Counter counter : meters.find(name).counters()) {
			counts.merge(String.valueOf(counter.getId().getTag(tag)), counter.count(), Double::sum);
		}
		return counts;
	}

	private static Map<String, Spread> times(MeterRegistry meters, String name, String tag) {
		Map<String, Spread> times = new TreeMap<>();
		for (Timer timer : meters.find(name).timers()) {
			times.put(String.valueOf(timer.getId().getTag(tag)),
					new Spread(timer.count(), timer.totalTime(TimeUnit.SECONDS), timer.max(TimeUnit.SECONDS)));
		}
		return times;
	}

	private static @Nullable Spread batches(MeterRegistry meters) {
		DistributionSummary summary = meters.find("tidemark.batch.records").summary();
		return (summary != null) ? new Spread(summary.count(), summary.totalAmount(), summary.max()) : null;
	}

	private static Map<String, Double> gauges(MeterRegistry meters, String name, String tag) {
		Map<String, Double> values = new TreeMap<>();
		for (Gauge gauge : meters.find(name).gauges()) {
			values.put(String.valueOf(gauge.getId().getTag(tag)), gauge.value());
		}
		return values;
	}

	private static Map<String, Double> byPartition(MeterRegistry meters, String name) {
		Map<String, Double> values = new TreeMap<>();
		for (Meter meter : meters.find(name).meters()) {
			String partition = meter.getId().getTag("topic") + "-" + meter.getId().getTag("partition");
			meter.measure().forEach((measured) -> values.put(partition, measured.getValue()));
		}
		return values;
	}

	private static @Nullable Double gauge(MeterRegistry meters, String name) {
		Gauge gauge = meters.find(name).gauge();
		return (gauge != null) ? gauge.value() : null;
	}

}
