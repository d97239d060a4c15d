package dev.tidemark.worker.field;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import dev.tidemark.worker.stack.WorkerProcess.Completed;

/**
 * Processes that a class needs the ends of, a few of them at a time: each takes a second
 * or two to start, and they have nothing to do with one another.
 */
final class Runs implements AutoCloseable {

	private static final int AT_A_TIME = 3;

	private final ExecutorService executor = Executors.newFixedThreadPool(AT_A_TIME);

	private final Map<String, Future<Completed>> runs = new ConcurrentHashMap<>();

	/** Has something run. */
	void add(String name, Supplier<Completed> run) {
		this.runs.put(name, this.executor.submit(run::get));
	}

	/** Waits for the end of a run. */
	Completed of(String name) {
		Future<Completed> run = this.runs.get(name);
		if (run == null) {
			throw new IllegalArgumentException("nobody has begun " + name);
		}
		try {
			return run.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(name, ex.getCause());
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
		this.executor.close();
	}

}
