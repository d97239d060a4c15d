package dev.tidemark.worker.stack;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.TerminalFailureException;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.stack.AheadOfTime.Program;

/**
 * The real worker in a JVM of its own, which knows nothing of the tests but its
 * environment. It can be killed, stalled and asked to end like any process.
 * <p>
 * It runs from the class path of the tests, from {@code -Dtidemark.worker.classpath}, or
 * from the jar that {@code -Dtidemark.worker.jar} names. What it says is in
 * {@code target/workers}.
 */
public final class WorkerProcess implements AutoCloseable {

	/** Quick to start and small, since tests run many for a short time. */
	private static final List<String> JVM_OPTIONS = List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
			"--enable-native-access=ALL-UNNAMED");

	private static final Path THESE = codeSource();

	private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private final ChildProcess process;

	private final int managementPort;

	private WorkerProcess(ChildProcess process, int managementPort) {
		this.process = process;
		this.managementPort = managementPort;
	}

	/**
	 * Starts a worker that consumes. It is not ready yet.
	 * @param environment the worker's configuration, usually a tenant's; the management
	 * port is a free one, whatever this says
	 * @return the process
	 */
	public static WorkerProcess start(Map<String, String> environment) {
		return start(null, environment);
	}

	static WorkerProcess start(@Nullable List<String> moreJvmOptions, Map<String, String> environment) {
		return start(environment, command(moreJvmOptions, environment));
	}

	/**
	 * Starts a worker that consumes.
	 * @param environment the worker's configuration
	 * @param command the program
	 */
	static WorkerProcess start(Map<String, String> environment, List<String> command) {
		int managementPort = Ports.free();
		Map<String, String> complete = new HashMap<>(environment);
		complete.put("MANAGEMENT_PORT", Integer.toString(managementPort));
		return new WorkerProcess(ChildProcess.start(command, complete, newFile("worker-", ".log")), managementPort);
	}

	/**
	 * Runs one of the worker's other commands to its end.
	 * @param environment the worker's configuration, usually a tenant's
	 * @param arguments the command, for example {@code migrate upgrade}
	 * @return what came of it
	 */
	public static Completed run(Map<String, String> environment, String... arguments) {
		return run(null, newFile("command-", ".out"), environment, arguments);
	}

	static Completed run(List<String> moreJvmOptions, Map<String, String> environment, String... arguments) {
		return run(moreJvmOptions, newFile("command-", ".out"), environment, arguments);
	}

	/**
	 * Runs one of the worker's other commands to its end, with its standard output to a
	 * place where it may not be able to write.
	 * @param output where standard output goes
	 * @param environment the worker's configuration, usually a tenant's
	 * @param arguments the command
	 * @return what came of it, without what was written there if it is no file
	 */
	public static Completed run(Path output, Map<String, String> environment, String... arguments) {
		return run(null, output, environment, arguments);
	}

	private static Completed run(@Nullable List<String> moreJvmOptions, Path output, Map<String, String> environment,
			String... arguments) {
		return run(output, environment, command(moreJvmOptions, environment, arguments));
	}

	/**
	 * Runs a command to its end.
	 * @param environment the worker's configuration
	 * @param command the program and its arguments
	 */
	static Completed run(Map<String, String> environment, List<String> command) {
		return run(newFile("command-", ".out"), environment, command);
	}

	private static Completed run(Path output, Map<String, String> environment, List<String> command) {
		Path errors = newFile("command-", ".err");
		ChildProcess process = ChildProcess.start(command, environment, output, errors);
		try {
			return new Completed(process.awaitExit(), Files.isRegularFile(output) ? read(output) : "", read(errors));
		}
		finally {
			process.kill();
		}
	}

	static List<String> command(@Nullable List<String> moreJvmOptions, Map<String, String> environment,
			String... arguments) {
		String jar = packagedJar();
		if (!jar.isEmpty()) {
			return command(Path.of(jar), arguments);
		}
		AheadOfTime caches = AheadOfTime.of(classPath());
		List<String> jvmOptions = new ArrayList<>(JVM_OPTIONS);
		jvmOptions
			.addAll((moreJvmOptions != null) ? moreJvmOptions : caches.options(Program.of(environment, arguments)));
		return ChildProcess.java(jvmOptions, List.of("-cp", caches.classPath(), mainClass()), List.of(arguments));
	}

	/** Of another build than this one, which has another class path. */
	static List<String> command(Path jar, String... arguments) {
		return ChildProcess.java(JVM_OPTIONS, List.of("-jar", jar.toString()), List.of(arguments));
	}

	/** Of this build, with more resources behind its own. */
	static List<String> commandWith(Path resources, String... arguments) {
		return ChildProcess.java(JVM_OPTIONS, List.of("-cp", classPath() + File.pathSeparator + resources, mainClass()),
				List.of(arguments));
	}

	static String packagedJar() {
		return System.getProperty("tidemark.worker.jar", "");
	}

	/**
	 * Returns the class path without the tests' own classes and resources, which would
	 * configure the worker as no user has it, and without these.
	 */
	private static String classPath() {
		String classPath = System.getProperty("tidemark.worker.classpath", System.getProperty("java.class.path"));
		return Arrays.stream(classPath.split(File.pathSeparator))
			.filter((entry) -> !Path.of(entry).endsWith("test-classes"))
			.filter((entry) -> !Path.of(entry).equals(THESE))
			.collect(Collectors.joining(File.pathSeparator));
	}

	/** What has registered itself as the application. */
	private static String mainClass() {
		return Catalogue.installedBy()
			.stream()
			.map(Class::getName)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("META-INF/services/" + Catalogue.Source.class.getName()
					+ " must name the application's main class"));
	}

	private static Path codeSource() {
		try {
			return Path.of(WorkerProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Path newFile(String prefix, String suffix) {
		try {
			return Files.createTempFile(Files.createDirectories(Path.of("target", "workers")), prefix, suffix);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits until the worker says that it is ready.
	 * @return this worker
	 */
	public WorkerProcess awaitReady() {
		return awaitReady(Duration.ofSeconds(90));
	}

	WorkerProcess awaitReady(Duration atMost) {
		Awaitility.await("worker ready").atMost(atMost).pollInterval(Duration.ofMillis(100)).failFast(() -> {
			if (!isAlive()) {
				throw new TerminalFailureException("The worker is not ready: " + this);
			}
		}).untilAsserted(() -> {
			if (!isReady()) {
				throw new AssertionError("The worker is not ready: " + this);
			}
		});
		return this;
	}

	/**
	 * Waits until the worker says that it is alive, which one that has to wait for
	 * somebody does, too.
	 * @return this worker
	 */
	public WorkerProcess awaitAlive() {
		Awaitility.await("worker alive")
			.atMost(Duration.ofSeconds(90))
			.pollInterval(Duration.ofMillis(100))
			.ignoreExceptionsInstanceOf(IOException.class)
			.until(() -> get("/actuator/health/liveness").statusCode() == 200);
		return this;
	}

	/**
	 * Tells whether the worker says that it is ready, which a worker that does not answer
	 * does not.
	 * @return the state of the readiness probe
	 */
	public boolean isReady() {
		try {
			return get("/actuator/health/readiness").statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Asks the management port.
	 * @param path the path of an endpoint, with its slash
	 * @return the response
	 * @throws IOException if there is none
	 */
	public HttpResponse<String> get(String path) throws IOException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.managementPort + path))
			.timeout(Duration.ofSeconds(5))
			.build();
		try {
			return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Scrapes a metric.
	 * @param name the metric's name, as Prometheus has it
	 * @param labels what its labels must have, each as {@code name="value"}
	 * @return the sum of all samples with these labels
	 * @throws IOException if the worker does not answer
	 */
	public double metric(String name, String... labels) throws IOException {
		return metrics().filter((line) -> line.startsWith(name + "{") || line.startsWith(name + " "))
			.filter((line) -> Stream.of(labels).allMatch(line::contains))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
			.sum();
	}

	/**
	 * Scrapes all metrics.
	 * @return the lines that have samples
	 * @throws IOException if the worker does not answer
	 */
	public Stream<String> metrics() throws IOException {
		return get("/actuator/prometheus").body().lines().filter((line) -> !line.startsWith("#"));
	}

	/**
	 * Returns where the worker answers for its health and its metrics.
	 * @return the port, on this host
	 */
	public int managementPort() {
		return this.managementPort;
	}

	/**
	 * Returns the process's number in the system.
	 * @return the process id
	 */
	public long pid() {
		return this.process.pid();
	}

	/**
	 * Tells whether the process exists.
	 * @return whether it has neither ended nor been killed
	 */
	public boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Waits until the worker has ended by itself.
	 * @return its exit code
	 */
	public int awaitExit() {
		return this.process.awaitExit();
	}

	/**
	 * Ends the worker like a crash (SIGKILL) and waits until it is gone.
	 */
	public void kill() {
		this.process.kill();
	}

	/**
	 * Asks the worker to end (SIGTERM) and waits until it has.
	 * @return its exit code
	 */
	public int terminate() {
		return this.process.terminate();
	}

	/**
	 * Stalls the worker (SIGSTOP): it exists, and does nothing, not even its heartbeat.
	 */
	public void suspend() {
		this.process.signal("STOP");
	}

	/**
	 * Lets a stalled worker go on (SIGCONT), as if no time had passed.
	 */
	public void resume() {
		this.process.signal("CONT");
	}

	/**
	 * Returns all that the worker has said so far.
	 * @return standard output and standard error
	 */
	public String output() {
		return this.process.output();
	}

	/**
	 * Counts the lines that the worker has said so far.
	 * @return how many lines {@link #output()} has
	 */
	public long lines() {
		return this.process.lines();
	}

	/**
	 * Ends the worker like a crash, if it is still there.
	 */
	@Override
	public void close() {
		kill();
	}

	/**
	 * Returns the last of what the worker has said, for a failure's message.
	 */
	@Override
	public String toString() {
		return "worker, " + this.process;
	}

	/**
	 * What came of a command.
	 *
	 * @param exitCode the exit code
	 * @param output standard output
	 * @param errors standard error
	 */
	public record Completed(int exitCode, String output, String errors) {

	}

}
