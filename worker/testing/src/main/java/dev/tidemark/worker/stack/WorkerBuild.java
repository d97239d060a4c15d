package dev.tidemark.worker.stack;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What worker processes run: this build, that of another release, or this one with what a
 * later one may have.
 */
public final class WorkerBuild {

	private final @Nullable Path jar;

	private final @Nullable Path resources;

	private WorkerBuild(@Nullable Path jar, @Nullable Path resources) {
		this.jar = jar;
		this.resources = resources;
	}

	/**
	 * Returns the build that is tested, which all workers run unless they are told.
	 * @return this build
	 */
	public static WorkerBuild ofThis() {
		return new WorkerBuild(null, null);
	}

	/**
	 * Returns this build with more resources, such as further migrations.
	 * @param resources the folder that has them
	 * @return the build
	 */
	public static WorkerBuild ofThisWith(Path resources) {
		return new WorkerBuild(null, resources);
	}

	/**
	 * Returns another build.
	 * @param jar its packaged jar
	 * @return the build
	 */
	public static WorkerBuild of(Path jar) {
		return new WorkerBuild(jar, null);
	}

	/**
	 * Starts a worker that consumes. It is not ready yet.
	 * @param environment the worker's configuration, usually a tenant's
	 * @return the process
	 */
	public WorkerProcess start(Map<String, String> environment) {
		return WorkerProcess.start(complete(environment), command(environment));
	}

	/**
	 * Runs a command to its end.
	 * @param environment the worker's configuration, usually a tenant's
	 * @param arguments the command; none for a worker that ends by itself
	 * @return what came of it
	 */
	public WorkerProcess.Completed run(Map<String, String> environment, String... arguments) {
		return WorkerProcess.run(complete(environment), command(environment, arguments));
	}

	private List<String> command(Map<String, String> environment, String... arguments) {
		if (this.jar != null) {
			return WorkerProcess.command(this.jar, arguments);
		}
		return (this.resources != null && WorkerProcess.packagedJar().isEmpty())
				? WorkerProcess.commandWith(this.resources, arguments)
				: WorkerProcess.command(null, environment, arguments);
	}

	private Map<String, String> complete(Map<String, String> environment) {
		Map<String, String> complete = new HashMap<>(environment);
		if (this.resources != null && !WorkerProcess.packagedJar().isEmpty()) {
			// A packaged jar has no class path that could be longer, but looks there.
			complete.put("LOADER_PATH", this.resources.toString());
		}
		return complete;
	}

}
