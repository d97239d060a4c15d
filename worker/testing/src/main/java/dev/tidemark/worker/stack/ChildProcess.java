package dev.tidemark.worker.stack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A program that the tests run beside them. Whatever it says goes to a file. It does not
 * outlive this JVM, unless that is killed.
 */
public final class ChildProcess {

	private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

	/** Long, as the machine may have much else to do; no promise is about it. */
	private static final Duration PATIENCE = Duration.ofMinutes(3);

	static {
		Runtime.getRuntime()
			.addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "child-processes"));
	}

	private final Process process;

	private final Path output;

	private ChildProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	/**
	 * Starts a program.
	 * @param command the program and its arguments
	 * @param environment what is added to this process's environment
	 * @param output the file to append standard output and standard error to
	 * @return the process
	 */
	public static ChildProcess start(List<String> command, Map<String, String> environment, Path output) {
		return start(new ProcessBuilder(command).redirectErrorStream(true), environment, output);
	}

	/**
	 * Starts a program.
	 * @param command the program and its arguments
	 * @param environment what is added to this process's environment
	 * @param output the file to append standard output to
	 * @param errors the file to append standard error to
	 */
	static ChildProcess start(List<String> command, Map<String, String> environment, Path output, Path errors) {
		return start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile())),
				environment, output);
	}

	private static ChildProcess start(ProcessBuilder builder, Map<String, String> environment, Path output) {
		builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
		builder.environment().putAll(environment);
		try {
			Process process = builder.start();
			RUNNING.removeIf((other) -> !other.isAlive());
			RUNNING.add(process);
			return new ChildProcess(process, output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the command line of a Java program that runs on this JVM's JDK.
	 * @param jvmOptions options of the JVM
	 * @param program {@code -jar} and its file, or {@code -cp}, the class path, and the
	 * main class
	 * @param arguments the program's arguments
	 * @return the program and its arguments
	 */
	public static List<String> java(List<String> jvmOptions, List<String> program, List<String> arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(jvmOptions);
		command.addAll(program);
		command.addAll(arguments);
		return command;
	}

	/**
	 * Returns the program's number in the system.
	 * @return the process id
	 */
	public long pid() {
		return this.process.pid();
	}

	/**
	 * Tells whether the program has not ended yet.
	 * @return whether it exists
	 */
	public boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Sends a signal.
	 * @param name the signal as {@code kill} knows it: {@code STOP}, {@code CONT},
	 * {@code QUIT}
	 */
	void signal(String name) {
		signal(this.process.pid(), name);
	}

	static void signal(long pid, String name) {
		try {
			int exitCode = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
			if (exitCode != 0) {
				throw new IllegalStateException("kill -%s %d failed with %d".formatted(name, pid, exitCode));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Asks the program to end (SIGTERM) and waits until it has.
	 * @return its exit code
	 */
	public int terminate() {
		this.process.destroy();
		return awaitExit();
	}

	/**
	 * Ends the program (SIGKILL) without a chance to tidy up.
	 */
	public void kill() {
		this.process.destroyForcibly();
		awaitExit();
	}

	/**
	 * Waits until the program has ended.
	 * @return its exit code
	 */
	public int awaitExit() {
		try {
			if (!this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("Still running after %s: %s".formatted(PATIENCE, this));
			}
			return this.process.exitValue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns what the program has said so far.
	 * @return standard output, and standard error if both go to the same file
	 */
	public String output() {
		try {
			// A program that was killed may have stopped in the middle of a character.
			return new String(Files.readAllBytes(this.output), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Counts the lines that the program has said so far, without having all of them in
	 * memory: a program that is out of order may say a lot.
	 */
	long lines() {
		try (InputStream input = new BufferedInputStream(Files.newInputStream(this.output))) {
			long lines = 0;
			for (int read = input.read(); read >= 0; read = input.read()) {
				lines += (read == '\n') ? 1 : 0;
			}
			return lines;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the last of what the program has said, for a failure's message.
	 */
	@Override
	public String toString() {
		List<String> lines = output().lines().toList();
		return "process %d (%s), last lines of %s:%n%s".formatted(this.process.pid(),
				this.process.isAlive() ? "running" : "exit code " + this.process.exitValue(), this.output,
				String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 40), lines.size())));
	}

}
