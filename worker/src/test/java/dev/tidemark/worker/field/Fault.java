package dev.tidemark.worker.field;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Something that is wrong, as the worker shows it from when this is made until it is
 * closed. Closing counts the lines that the worker has said of it: none may make more
 * than sixty a minute.
 * <p>
 * No fault is looked at for a whole minute. The lines of the first half of the time are
 * taken as they are, since a fault is told when it begins; those of the second half are
 * taken to go on for the rest of a minute.
 */
final class Fault implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** Shorter than the time-outs after which what is busy is taken for ill. */
	private static final Duration TIME_TO_MEASURE = Duration.ofSeconds(12);

	private static final Duration OFTEN = Duration.ofMillis(100);

	private static final int LINES_A_MINUTE = 60;

	private final String name;

	private final WorkerProcess worker;

	private final int start;

	private final List<Sample> samples = new ArrayList<>();

	private Fault(String name, WorkerProcess worker) {
		this.name = name;
		this.worker = worker;
		this.start = worker.output().length();
		sample();
	}

	/**
	 * Begins to look.
	 * @param name what is wrong, in a few words
	 * @param worker whom to look at
	 */
	static Fault of(String name, WorkerProcess worker) {
		return new Fault(name, worker);
	}

	/** Waits until the readiness has a word for it. */
	Fault isNamed(String component, String word) {
		Awaitility.await(this.name)
			.atMost(PATIENCE)
			.pollInterval(OFTEN)
			.untilAsserted(() -> assertNamed(component, word));
		return this;
	}

	/** Looks many times whether the word is there all the while, and the worker alive. */
	Fault staysNamed(String component, String word, Duration time) {
		during(time, () -> {
			assertNamed(component, word);
			assertThat(this.worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
		});
		return this;
	}

	/** Looks many times whether the worker is ready all the while. */
	Fault leavesReady(Duration time) {
		during(time,
				() -> assertThat(this.worker.get("/actuator/health/readiness").body()).contains("\"status\":\"UP\"")
					.doesNotContain("OUT_OF_SERVICE"));
		return this;
	}

	/** Waits until the worker is ready again. */
	void ends() {
		Awaitility.await("the end of " + this.name).atMost(PATIENCE).pollInterval(OFTEN).until(this.worker::isReady);
	}

	/**
	 * Checks that one line says it, and no other.
	 * @param parts what the line has in it
	 */
	Fault isToldOnce(String... parts) {
		Awaitility.await(this.name)
			.untilAsserted(() -> assertThat(lines()).filteredOn((line) -> Stream.of(parts).allMatch(line::contains))
				.hasSize(1));
		return this;
	}

	/** Waits for a metric. */
	Fault isMeasured(double value, String metric, String... labels) {
		Awaitility.await(this.name)
			.atMost(TIME_TO_MEASURE)
			.pollInterval(OFTEN)
			.untilAsserted(
					() -> assertThat(this.worker.metric(metric, labels)).describedAs("%s%s", metric, List.of(labels))
						.isEqualTo(value));
		return this;
	}

	/** Returns what the worker has said since. */
	List<String> lines() {
		return this.worker.output().substring(this.start).lines().toList();
	}

	private void assertNamed(String component, String word) throws IOException {
		HttpResponse<String> readiness = this.worker.get("/actuator/health/readiness");
		assertThat(readiness.body()).contains("\"%s\":{\"details\":{".formatted(component))
			.contains("\"reason\":\"%s\"".formatted(word));
		assertThat(readiness.statusCode()).isEqualTo(503);
	}

	private void during(Duration time, Check check) {
		Awaitility.await(this.name).atMost(time.plusSeconds(10)).during(time).pollInterval(OFTEN).failFast(() -> {
			check.run();
			sample();
		}).until(() -> true);
	}

	private void sample() {
		this.samples.add(new Sample(System.nanoTime(), this.worker.lines()));
	}

	/** Adds the fault to the table. */
	@Override
	public void close() {
		sample();
		Sample first = this.samples.getFirst();
		Sample last = this.samples.getLast();
		double seconds = (last.nanos() - first.nanos()) / 1e9;
		Sample middle = this.samples.stream()
			.filter((sample) -> sample.nanos() - first.nanos() >= (last.nanos() - first.nanos()) / 2)
			.findFirst()
			.orElse(last);
		double rest = (last.nanos() - middle.nanos()) / 1e9;
		long lately = last.lines() - middle.lines();
		double goesOn = (rest > 0) ? lately / rest * Math.max(0, 60 - seconds) : 0;
		long aMinute = Math.round(last.lines() - first.lines() + goesOn);
		LineTable.add(this.name, seconds, last.lines() - first.lines(), aMinute);
		assertThat(aMinute).describedAs("lines a minute of %s", this.name).isLessThanOrEqualTo(LINES_A_MINUTE);
	}

	/** What is looked at again and again. */
	@FunctionalInterface
	private interface Check {

		void run() throws IOException;

	}

	private record Sample(long nanos, long lines) {

	}

}
