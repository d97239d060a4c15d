package dev.tidemark.worker.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import dev.tidemark.worker.stack.WorkerProcess;

/**
 * How much memory the workers take in the course of a run: what the system has given to
 * each process, and what lies in its heap.
 */
final class Memory implements AutoCloseable {

	private static final int EVERY_SECONDS = 5;

	private static final int PARTS = 10;

	private static final long MEGABYTE = 1024 * 1024;

	private final Workers workers;

	private final List<Sample> samples = new ArrayList<>();

	private final ScheduledExecutorService sampling = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("memory").factory());

	/**
	 * Begins to look.
	 * @param workers whose memory
	 */
	Memory(Workers workers) {
		this.workers = workers;
		var _ = this.sampling.scheduleWithFixedDelay(this::sample, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
	}

	private void sample() {
		this.workers.running().forEach(this::sample);
	}

	private void sample(WorkerProcess worker) {
		try {
			Sample sample = new Sample(worker.pid(), resident(worker.pid()),
					(long) worker.metric("jvm_memory_used_bytes", "area=\"heap\""));
			synchronized (this.samples) {
				this.samples.add(sample);
			}
		}
		catch (IOException ex) {
			// It is not there at the moment, or does not answer.
		}
	}

	/** The resident set, in bytes. */
	private static long resident(long pid) throws IOException {
		try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
			return lines.filter((line) -> line.startsWith("VmRSS:"))
				.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
				.findFirst()
				.orElseThrow(() -> new IOException("no process " + pid));
		}
	}

	/**
	 * Adds to the figures what was seen of all workers, and, in the course of its life,
	 * of the one that lived longest.
	 * @param figures what there was of everything
	 */
	void addTo(Map<String, Object> figures) {
		List<Sample> all;
		synchronized (this.samples) {
			all = List.copyOf(this.samples);
		}
		figures.put("memory of workers, MB",
				"at most %d".formatted(all.stream().mapToLong(Sample::resident).max().orElse(0) / MEGABYTE));
		List<Sample> longest = all.stream()
			.collect(Collectors.groupingBy(Sample::pid))
			.values()
			.stream()
			.reduce(List.of(), (one, other) -> (one.size() >= other.size()) ? one : other);
		figures.put("longest life", "%d s".formatted(longest.size() * EVERY_SECONDS));
		figures.put("  memory by tenths, MB", parts(longest, Sample::resident, LongStream::max));
		// The least is what is left after a collection.
		figures.put("  heap by tenths, MB", parts(longest, Sample::heap, LongStream::min));
	}

	private static List<Long> parts(List<Sample> samples, ToLongFunction<Sample> what,
			Function<LongStream, OptionalLong> of) {
		List<Long> parts = new ArrayList<>();
		for (int i = 0; i < PARTS; i++) {
			List<Sample> part = samples.subList(i * samples.size() / PARTS, (i + 1) * samples.size() / PARTS);
			of.apply(part.stream().mapToLong(what)).ifPresent((bytes) -> parts.add(bytes / MEGABYTE));
		}
		return parts;
	}

	@Override
	public void close() {
		this.sampling.shutdownNow();
	}

	private record Sample(long pid, long resident, long heap) {
	}

}
