package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

	private final Path directory;

	private final int port = Ports.free();

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
		this.directory = directory;
		Properties properties = new Properties();
		properties.putAll(SETTINGS);
		properties.putAll(more);
		int controllerPort = Ports.free();
		properties.setProperty("process.roles", "broker,controller");
		properties.setProperty("node.id", "1");
		properties.setProperty("controller.quorum.voters", "1@localhost:" + controllerPort);
		properties.setProperty("controller.listener.names", "CONTROLLER");
		StringBuilder all = new StringBuilder(
				"PLAINTEXT://localhost:%d,CONTROLLER://localhost:%d".formatted(this.port, controllerPort));
		StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
		listeners.forEach((listener, protocol) -> {
			all.append(',').append(listener);
			protocols.append(',').append(listener, 0, listener.indexOf(':')).append(':').append(protocol);
		});
		properties.setProperty("listeners", all.toString());
		properties.setProperty("listener.security.protocol.map", protocols.toString());
		properties.setProperty("log.dirs", directory.resolve("data").toString());
		try (Writer writer = Files.newBufferedWriter(configuration())) {
			properties.store(writer, null);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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
		String options = System.getProperty(JVM_OPTIONS, "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
		List<String> command = ChildProcess.java(List.of(options.split(" ")),
				List.of("-cp", System.getProperty("java.class.path"), BrokerMain.class.getName()),
				List.of(configuration().toString()));
		ChildProcess started = ChildProcess.start(command, Map.of(), this.directory.resolve("broker.log"));
		this.process = started;
		Broker.awaitAnswer("localhost", this.port, started::isAlive, started::toString);
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
