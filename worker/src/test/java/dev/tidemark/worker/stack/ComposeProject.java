package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The compose file, brought up beside whatever else runs: a project and ports of its own.
 * Needs a container engine and the worker's image.
 */
public final class ComposeProject implements AutoCloseable {

	private static final Path FILE = Path.of("../infra/compose.yaml");

	private static final Path SECRETS = FILE.resolveSibling("compose/development-secrets");

	private static final String GROUP = "tidemark-worker";

	private final String name = "tidemark-test-" + ProcessHandle.current().pid();

	private final int kafkaPort = Ports.free();

	private final int postgresPort = Ports.free();

	private final Map<String, String> variables = new HashMap<>();

	/**
	 * Prepares a project; nothing runs yet.
	 */
	public ComposeProject() {
		with("COMPOSE_FILE", FILE.toString());
		with("COMPOSE_PROJECT_NAME", this.name);
		with("TIDEMARK_KAFKA_PORT", Integer.toString(this.kafkaPort));
		with("TIDEMARK_POSTGRES_PORT", Integer.toString(this.postgresPort));
	}

	/**
	 * Sets a variable of the compose file, from the next call on.
	 * @param variable its name
	 * @param value its value
	 * @return this project
	 */
	public ComposeProject with(String variable, String value) {
		this.variables.put(variable, value);
		return this;
	}

	/**
	 * Brings up whatever is not as the compose file has it, and waits until it is
	 * healthy.
	 * @param arguments what {@code docker compose up} is told besides
	 */
	public void up(String... arguments) {
		List<String> words = new ArrayList<>(List.of("up", "--detach", "--wait", "--no-build", "--quiet-pull"));
		words.addAll(List.of(arguments));
		compose(words.toArray(String[]::new));
	}

	/**
	 * Runs {@code docker compose}.
	 * @param arguments its arguments
	 * @return its standard output
	 */
	public String compose(String... arguments) {
		List<String> words = new ArrayList<>(List.of("compose"));
		words.addAll(List.of(arguments));
		return docker(words.toArray(String[]::new));
	}

	/**
	 * Runs {@code docker}.
	 * @param arguments its arguments
	 * @return its standard output
	 */
	public String docker(String... arguments) {
		List<String> command = new ArrayList<>(List.of("docker"));
		command.addAll(List.of(arguments));
		try {
			Path errors = Files.createTempFile(Files.createDirectories(Path.of("target", "compose")), "docker-",
					".err");
			ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
			builder.environment().putAll(this.variables);
			Process process = builder.start();
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			int exitCode = process.waitFor();
			if (exitCode != 0) {
				throw new IllegalStateException("%s: exit code %d, %s%n%s".formatted(String.join(" ", command),
						exitCode, Files.readString(errors), output));
			}
			return output;
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
	 * Returns the containers of a service that run.
	 * @param service the service
	 * @return their ids
	 */
	public List<String> containers(String service) {
		return compose("ps", "--quiet", service).lines().toList();
	}

	/**
	 * Describes the project as a place that tests know; its database is entered by the
	 * administrator.
	 * @return where everything is
	 */
	public Tenant tenant() {
		try {
			String password = Files.readString(SECRETS.resolve("POSTGRES_PASSWORD")).strip();
			return new Tenant("localhost:" + this.kafkaPort,
					new DatabaseAddress("localhost", this.postgresPort, "tidemark", "postgres", password),
					new TopicNames(""), GROUP);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Removes all of it, its data too.
	 */
	@Override
	public void close() {
		compose("down", "--volumes", "--timeout", "10");
	}

}
