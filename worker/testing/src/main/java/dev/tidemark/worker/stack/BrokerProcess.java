package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/**
 * A KRaft node in a JVM of its own, from the Kafka jars that {@code spring-kafka-test}
 * brings to the class path. That module's {@code EmbeddedKafkaKraftBroker} runs in the
 * tests' JVM and loses its data when it stops; a process can be stopped and started with
 * its data, and keeps its threads and its log out of the tests.
 */
final class BrokerProcess implements Broker {

	/**
	 * The system property with the broker's JVM options, by default such that it is quick
	 * to start and small.
	 */
	private static final String JVM_OPTIONS = "tidemark.stack.broker.jvm";

	private static final String SMALL = "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

	private final Path directory;

	private final int port;

	private final List<String> jvmOptions;

	private @Nullable ChildProcess process;

	/**
	 * A broker that takes in whoever comes.
	 */
	BrokerProcess(Path directory) {
		this(directory, Map.of(), Map.of());
	}

	/**
	 * A broker with further listeners.
	 * @param directory where it keeps its data
	 * @param listeners the protocols of the further listeners, each of which is
	 * {@code NAME://host:port}
	 * @param more further settings
	 */
	BrokerProcess(Path directory, Map<String, SecurityProtocol> listeners, Map<String, String> more) {
		this(directory, Ports.free(), listeners, more);
	}

	private BrokerProcess(Path directory, int port, Map<String, SecurityProtocol> listeners, Map<String, String> more) {
		this(directory, port, alone(port, listeners, more), options(SMALL));
	}

	/**
	 * A node that has all settings but those of every stack.
	 * @param directory where it keeps its data
	 * @param port where it answers
	 * @param settings the settings of its own
	 * @param jvmOptions the JVM's options
	 */
	BrokerProcess(Path directory, int port, Map<String, String> settings, List<String> jvmOptions) {
		this.directory = directory;
		this.port = port;
		this.jvmOptions = jvmOptions;
		Properties properties = new Properties();
		properties.putAll(SETTINGS);
		properties.putAll(settings);
		properties.setProperty("process.roles", "broker,controller");
		properties.setProperty("controller.listener.names", "CONTROLLER");
		properties.setProperty("log.dirs", data().toString());
		try (Writer writer = Files.newBufferedWriter(configuration())) {
			properties.store(writer, null);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The settings of a node that is a cluster. */
	private static Map<String, String> alone(int port, Map<String, SecurityProtocol> listeners,
			Map<String, String> more) {
		Map<String, String> settings = new HashMap<>(more);
		int controllerPort = Ports.free();
		settings.put("node.id", "1");
		settings.put("controller.quorum.voters", "1@localhost:" + controllerPort);
		StringBuilder all = new StringBuilder(
				"PLAINTEXT://localhost:%d,CONTROLLER://localhost:%d".formatted(port, controllerPort));
		StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
		listeners.forEach((listener, protocol) -> {
			all.append(',').append(listener);
			protocols.append(',').append(listener, 0, listener.indexOf(':')).append(':').append(protocol);
		});
		settings.put("listeners", all.toString());
		settings.put("listener.security.protocol.map", protocols.toString());
		return settings;
	}

	/**
	 * Returns the JVM's options, which the system property has the last word about.
	 * @param usual what they are without it
	 */
	static List<String> options(String usual) {
		return List.of(System.getProperty(JVM_OPTIONS, usual).split(" "));
	}

	/** Where the broker keeps its data. */
	Path data() {
		return this.directory.resolve("data");
	}

	private Path configuration() {
		return this.directory.resolve("server.properties");
	}

	@Override
	public String bootstrapServers() {
		return "localhost:" + this.port;
	}

	@Override
	public void start() {
		launch();
		awaitAnswer();
	}

	/**
	 * Starts the broker, which does not answer yet.
	 */
	void launch() {
		List<String> command = ChildProcess.java(this.jvmOptions,
				List.of("-cp", System.getProperty("java.class.path"), BrokerMain.class.getName()),
				List.of(configuration().toString()));
		this.process = ChildProcess.start(command, Map.of(), this.directory.resolve("broker.log"));
	}

	/**
	 * Waits until the broker answers.
	 */
	void awaitAnswer() {
		ChildProcess started = Objects.requireNonNull(this.process, "The broker was not started");
		Broker.awaitAnswer("localhost", this.port, started::isAlive, started::toString);
	}

	/**
	 * Tells whether the broker was started, and neither stopped nor killed.
	 */
	boolean isRunning() {
		return this.process != null;
	}

	/**
	 * Tells whether the broker was started, and has neither been ended nor ended by
	 * itself.
	 */
	boolean isAlive() {
		return this.process != null && this.process.isAlive();
	}

	@Override
	public void stop() {
		if (this.process != null) {
			this.process.terminate();
			this.process = null;
		}
	}

	@Override
	public void close() {
		if (this.process != null) {
			this.process.kill();
			this.process = null;
		}
	}

}
