package dev.tidemark.worker.stack;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * An installed {@code kcat}: a sender that is not Java's, by librdkafka, on which most
 * clients of other languages are built. Its defaults are theirs: another partitioner,
 * other codecs, no idempotence.
 */
public final class Kcat {

	private static final int PATIENCE_SECONDS = 60;

	private final String bootstrapServers;

	/**
	 * Makes a sender.
	 * @param bootstrapServers where the broker is
	 */
	public Kcat(String bootstrapServers) {
		this.bootstrapServers = bootstrapServers;
	}

	/**
	 * Tells whether there is a kcat to be run.
	 * @return whether it is installed
	 */
	public static boolean isInstalled() {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, "kcat"))
			.anyMatch(Files::isExecutable);
	}

	/**
	 * Sends one record, and waits until the broker has it.
	 * @param topic the topic
	 * @param key the key; null for none
	 * @param value the value, of any bytes
	 * @param headers the headers, each {@code name=value}
	 * @param options kcat's own, as {@code -z snappy} or {@code -X partitioner=murmur2}
	 */
	public void send(String topic, @Nullable String key, byte[] value, List<String> headers, String... options) {
		try {
			Path file = Files.createTempFile("kcat-", ".value");
			try {
				Files.write(file, value);
				List<String> arguments = arguments(topic, headers, options);
				if (key != null) {
					arguments.addAll(List.of("-k", key));
				}
				arguments.add(file.toString());
				await(start(arguments));
			}
			finally {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sends a record for each entry, all with the same headers, and waits until the
	 * broker has them.
	 * @param topic the topic
	 * @param records values by key; neither has a new line or a tab in it
	 * @param headers the headers, each {@code name=value}
	 * @param options kcat's own
	 */
	public void sendAll(String topic, Map<String, String> records, List<String> headers, String... options) {
		List<String> arguments = arguments(topic, headers, options);
		arguments.addAll(List.of("-K", "\t"));
		StringBuilder lines = new StringBuilder();
		records.forEach((key, value) -> lines.append(key).append('\t').append(value).append('\n'));
		try {
			Process process = start(arguments);
			try (OutputStream input = process.getOutputStream()) {
				input.write(lines.toString().getBytes(StandardCharsets.UTF_8));
			}
			await(process);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private List<String> arguments(String topic, List<String> headers, String... options) {
		List<String> arguments = new ArrayList<>(List.of("kcat", "-P", "-q", "-b", this.bootstrapServers));
		arguments.addAll(List.of(options));
		arguments.addAll(List.of("-t", topic));
		headers.forEach((header) -> arguments.addAll(List.of("-H", header)));
		return arguments;
	}

	private static Process start(List<String> arguments) throws IOException {
		return new ProcessBuilder(arguments).redirectErrorStream(true).start();
	}

	private static void await(Process process) throws IOException {
		try {
			String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
				throw new IllegalStateException("kcat has not ended: " + said);
			}
			if (process.exitValue() != 0) {
				throw new IllegalStateException("kcat failed with %d: %s".formatted(process.exitValue(), said));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		finally {
			process.destroyForcibly();
		}
	}

}
