package dev.tidemark.worker.proof;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.tidemark.worker.stack.WorkerBuild;
import dev.tidemark.worker.stack.WorkerProcess;

/**
 * The worker processes of a proof: as many as there should be, whatever befalls them.
 * Each has a seat, which another one takes when it is gone.
 */
final class Workers implements AutoCloseable {

	/**
	 * How many seats have workers that are killed. A third one is not: its memory shows
	 * what a long life does to it.
	 */
	private static final int MORTAL = 2;

	private final SplittableRandom random;

	/** What each seat's worker is told. */
	private List<Map<String, String>> environments;

	/** Which release each seat's worker is of. */
	private final List<WorkerBuild> builds;

	/** Whoever has each seat. Others look, too. */
	private final List<WorkerProcess> running = new CopyOnWriteArrayList<>();

	/** All that ever ran, for what they have said. */
	private final List<WorkerProcess> all = new ArrayList<>();

	private final List<String> metrics = new ArrayList<>();

	/**
	 * Starts a worker for each seat.
	 * @param environments what each one is told
	 * @param seed decides about whom something befalls
	 */
	Workers(List<Map<String, String>> environments, long seed) {
		this(environments, WorkerBuild.ofThis(), seed);
	}

	/**
	 * Starts a worker for each seat.
	 * @param environments what each one is told
	 * @param build which release they are of, at first
	 * @param seed decides about whom something befalls
	 */
	Workers(List<Map<String, String>> environments, WorkerBuild build, long seed) {
		this.environments = environments;
		this.builds = new ArrayList<>(Collections.nCopies(environments.size(), build));
		this.random = new SplittableRandom(seed);
		startAll();
	}

	private void startAll() {
		for (int seat = 0; seat < seats(); seat++) {
			this.running.add(start(seat));
		}
		awaitReady();
	}

	private WorkerProcess start(int seat) {
		WorkerProcess worker = this.builds.get(seat).start(this.environments.get(seat));
		this.all.add(worker);
		return worker;
	}

	/**
	 * Kills any one that is at work, but for the third, and starts another in its place
	 * at once.
	 */
	void killOne() {
		int seat = this.running.indexOf(anyAtWork(this.running.subList(0, Math.min(MORTAL, this.running.size()))));
		this.running.get(seat).kill();
		this.running.set(seat, start(seat));
	}

	/**
	 * Asks the one of a seat to end, and has one of another release take the seat.
	 * @param seat whose seat
	 * @param build which release
	 * @return the new one, which is ready
	 */
	WorkerProcess replace(int seat, WorkerBuild build) {
		this.running.get(seat).terminate();
		this.builds.set(seat, build);
		WorkerProcess started = start(seat);
		this.running.set(seat, started);
		return started.awaitReady();
	}

	/**
	 * Waits until each of them is ready.
	 */
	void awaitReady() {
		this.running.forEach(WorkerProcess::awaitReady);
	}

	/**
	 * Returns the seat of any one that is at work.
	 */
	int anySeat() {
		return this.running.indexOf(anyAtWork(this.running));
	}

	int seats() {
		return this.environments.size();
	}

	List<WorkerProcess> running() {
		return List.copyOf(this.running);
	}

	private WorkerProcess anyAtWork(List<WorkerProcess> seated) {
		List<WorkerProcess> atWork = seated.stream().filter(WorkerProcess::isReady).toList();
		List<WorkerProcess> candidates = atWork.isEmpty() ? seated : atWork;
		return candidates.get(this.random.nextInt(candidates.size()));
	}

	/**
	 * Stalls any one that is at work.
	 * @return the one that is stalled, to be resumed
	 */
	WorkerProcess suspendOne() {
		WorkerProcess worker = anyAtWork(this.running);
		worker.suspend();
		return worker;
	}

	/**
	 * Asks all to end, and starts as many with another configuration.
	 * @param changed what each one is told from now on
	 */
	void replaceAll(List<Map<String, String>> changed) {
		terminateAll();
		this.environments = changed;
		startAll();
	}

	/**
	 * Asks all to end.
	 * @return their exit codes
	 */
	List<Integer> terminateAll() {
		List<Integer> exitCodes = this.running.parallelStream().map(WorkerProcess::terminate).toList();
		this.running.clear();
		return exitCodes;
	}

	/**
	 * Remembers what the metrics say now. A worker that does not answer has none.
	 * @return what each running worker says
	 */
	List<String> scrapeMetrics() {
		List<String> scrapes = this.running.stream().map(Workers::scrape).toList();
		this.metrics.addAll(scrapes);
		return scrapes;
	}

	private static String scrape(WorkerProcess worker) {
		try {
			return worker.get("/actuator/prometheus").body();
		}
		catch (IOException ex) {
			return "";
		}
	}

	/**
	 * Returns all metrics that were scraped.
	 */
	List<String> metrics() {
		return List.copyOf(this.metrics);
	}

	/**
	 * Returns what each worker has said.
	 */
	List<String> outputs() {
		return this.all.stream().map(WorkerProcess::output).toList();
	}

	@Override
	public void close() {
		this.running.forEach(WorkerProcess::close);
		this.running.clear();
	}

	/**
	 * Returns the last of what each running worker has said.
	 */
	@Override
	public String toString() {
		return this.running.toString();
	}

}
