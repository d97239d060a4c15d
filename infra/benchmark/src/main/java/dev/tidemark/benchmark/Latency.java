package dev.tidemark.benchmark;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;

/**
 * Sends commands at a steady rate and sees when what came of each can be read. A latency
 * counts from the moment at which the command was due, whether it could be sent then or
 * not.
 */
final class Latency implements AutoCloseable {

	/** How long to wait for what has not come yet. */
	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final Trial trial;

	private final KafkaConsumer<byte[], byte[]> consumer;

	private final Thread reader;

	/** By a command's number, when it was due; then, negative, how long it took. */
	private final AtomicLongArray times;

	private final long origin = System.nanoTime();

	private volatile boolean closed;

	/**
	 * Begins to read.
	 * @param trial the contender, which must be done with all that has been sent
	 * @param commands how many commands will be sent, at most
	 */
	Latency(Trial trial, int commands) {
		this.trial = trial;
		this.times = new AtomicLongArray(Math.toIntExact(trial.workload().commands() + commands));
		this.consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", trial.tenant().bootstrapServers(), "isolation.level", "read_committed"),
				new ByteArrayDeserializer(), new ByteArrayDeserializer());
		List<TopicPartition> partitions = Stream
			.of(trial.tenant().topics().readModel(Tasks.TYPE), trial.tenant().topics().commandRejections())
			.flatMap((topic) -> this.consumer.partitionsFor(topic).stream())
			.map((partition) -> new TopicPartition(partition.topic(), partition.partition()))
			.toList();
		this.consumer.assign(partitions);
		this.consumer.seekToEnd(partitions);
		partitions.forEach(this.consumer::position);
		this.reader = Thread.ofPlatform().name("latency").start(this::read);
	}

	private void read() {
		while (!this.closed) {
			this.consumer.poll(Duration.ofMillis(100)).forEach((record) -> {
				long now = System.nanoTime() - this.origin;
				UUID cause = UUID
					.fromString(Objects.requireNonNull(Client.header(record, EventHeaders.CE_CAUSATIONID)));
				this.times.updateAndGet((int) Keys.number(cause), (due) -> due - now);
			});
		}
	}

	/**
	 * Sends commands for some time.
	 * @param perSecond the rate
	 * @param duration for how long
	 * @return the latencies of what came in time, sorted, in nanoseconds; and all that
	 * did not as that long
	 */
	long[] at(int perSecond, Duration duration) {
		int count = Math.toIntExact(perSecond * duration.toSeconds());
		return at(perSecond, (sent) -> sent < count);
	}

	/**
	 * Sends commands for as long as something takes, and for a second more.
	 * @param perSecond the rate
	 * @param work what takes so long
	 * @return the latencies, as those of {@link #at(int, Duration)}
	 */
	long[] during(int perSecond, Future<?> work) {
		AtomicInteger last = new AtomicInteger();
		return at(perSecond, (sent) -> {
			if (!work.isDone()) {
				last.set(sent + perSecond);
			}
			return sent < last.get();
		});
	}

	private long[] at(int perSecond, IntPredicate goesOn) {
		int from = (int) this.trial.workload().commands();
		int count = 0;
		long start = System.nanoTime();
		for (; goesOn.test(count); count++) {
			long due = start + count * TimeUnit.SECONDS.toNanos(1) / perSecond;
			for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
				LockSupport.parkNanos(due - now);
			}
			this.times.set(from + count, due - this.origin);
			var _ = this.trial.send(this.trial.workload().next());
		}
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (missing(from, count) > 0 && System.nanoTime() < deadline) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
		}
		long[] latencies = new long[count];
		for (int i = 0; i < count; i++) {
			long time = this.times.get(from + i);
			latencies[i] = (time < 0) ? -time : PATIENCE.toNanos();
		}
		Arrays.sort(latencies);
		return latencies;
	}

	private int missing(int from, int count) {
		int missing = 0;
		for (int i = from; i < from + count; i++) {
			if (this.times.get(i) >= 0) {
				missing++;
			}
		}
		return missing;
	}

	/** Adds what the latencies come to. */
	static void summarize(long[] latencies, Result result) {
		result.with(Metric.P50_MILLIS, millis(latencies, 0.5))
			.with(Metric.P99_MILLIS, millis(latencies, 0.99))
			.with(Metric.MAX_MILLIS, millis(latencies, 1));
	}

	static double millis(long[] latencies, double quantile) {
		return latencies[(int) Math.ceil(quantile * latencies.length) - 1] / 1e6;
	}

	@Override
	public void close() {
		this.closed = true;
		try {
			this.reader.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.consumer.close();
	}

}
