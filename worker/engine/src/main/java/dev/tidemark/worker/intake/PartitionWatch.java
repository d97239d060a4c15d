package dev.tidemark.worker.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tidemark.worker.observability.WorkerMeters;

/**
 * Measures how far the consumers are behind, on a thread of its own: a consumer that is
 * busy, paused or broken could not, and what is not delivered is told to no consumer.
 */
final class PartitionWatch implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(PartitionWatch.class);

	private static final Duration EVERY = Duration.ofSeconds(2);

	/** A sender's transaction is open for as long as this without a word. */
	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Map<String, Object> settings;

	private final Supplier<List<Map<TopicPartition, Long>>> next;

	private final WorkerMeters meters;

	private final Map<TopicPartition, HeldUp> heldUp = new HashMap<>();

	/**
	 * Prepares to measure.
	 * @param settings how to reach the broker
	 * @param next of each consumer, by assigned partition, the first offset that has not
	 * been worked off
	 * @param meters is told
	 */
	PartitionWatch(Map<String, Object> settings, Supplier<List<Map<TopicPartition, Long>>> next, WorkerMeters meters) {
		this.settings = settings;
		this.next = next;
		this.meters = meters;
	}

	/** Measures until it is interrupted. */
	@Override
	public void run() {
		try (Admin admin = Admin.create(this.settings)) {
			while (true) {
				measure(admin);
				Thread.sleep(EVERY);
			}
		}
		catch (InterruptedException ex) {
			// The worker ends.
		}
	}

	private void measure(Admin admin) throws InterruptedException {
		Map<TopicPartition, Long> places = new HashMap<>();
		this.next.get().forEach(places::putAll);
		this.heldUp.keySet().retainAll(places.keySet());
		if (places.isEmpty()) {
			return;
		}
		Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
		places.keySet().forEach((partition) -> latest.put(partition, OffsetSpec.latest()));
		ListOffsetsResult stable = admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
		ListOffsetsResult high = admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED));
		for (Map.Entry<TopicPartition, Long> place : places.entrySet()) {
			Long lastStable = offset(stable, place.getKey());
			Long highWatermark = offset(high, place.getKey());
			if (lastStable != null && highWatermark != null) {
				show(place.getKey(), place.getValue(), lastStable, highWatermark);
			}
		}
	}

	/** Null if the broker does not say: then what was last known stays. */
	private static @Nullable Long offset(ListOffsetsResult result, TopicPartition partition)
			throws InterruptedException {
		try {
			return result.partitionResult(partition).get(PATIENCE.toSeconds(), TimeUnit.SECONDS).offset();
		}
		catch (ExecutionException | TimeoutException | KafkaException ex) {
			// That the broker is ill is others' to say.
			logger.debug("How far {} reaches is not known", partition, ex);
			return null;
		}
	}

	private void show(TopicPartition partition, long next, long lastStable, long highWatermark) {
		long undeliverable = Math.max(0, highWatermark - lastStable);
		HeldUp before = this.heldUp.get(partition);
		if (undeliverable == 0) {
			this.heldUp.remove(partition);
		}
		else if (before == null || before.lastStable() != lastStable) {
			this.heldUp.put(partition, new HeldUp(lastStable, Instant.now(), false));
		}
		else if (!before.told() && before.since().plus(PATIENCE).isBefore(Instant.now())) {
			logger.warn(
					"{}: a sender's transaction has been open for {} s, and {} offsets from {} on wait behind it. "
							+ "Nobody can deliver them before it ends, or is aborted",
					partition, PATIENCE.toSeconds(), undeliverable, lastStable);
			this.heldUp.put(partition, new HeldUp(lastStable, before.since(), true));
		}
		if (before != null && before.told() && before.lastStable() != lastStable) {
			logger.info("{}: the sender's transaction has ended", partition);
		}
		HeldUp now = this.heldUp.get(partition);
		long lag = (next == ConsumerVitals.UNKNOWN) ? undeliverable : Math.max(0, highWatermark - next);
		this.meters.lag(partition, lag, undeliverable, (now != null) ? now.since() : null);
	}

	/**
	 * What lies behind an open transaction.
	 *
	 * @param lastStable the last stable offset
	 * @param since since when it has not moved
	 * @param told whether the log has been told
	 */
	private record HeldUp(long lastStable, Instant since, boolean told) {
	}

}
