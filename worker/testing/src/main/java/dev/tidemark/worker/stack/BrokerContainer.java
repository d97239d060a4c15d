package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import org.awaitility.Awaitility;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A KRaft node in a container.
 */
final class BrokerContainer implements Broker {

	private static final String IMAGE = "apache/kafka:4.2.2";

	private static final int KAFKA_PORT = 9092;

	private final int port = Ports.free();

	private final KafkaContainer container = new KafkaContainer(IMAGE);

	BrokerContainer() {
		SETTINGS.forEach((name, value) -> this.container
			.addEnv("KAFKA_" + name.toUpperCase(Locale.ROOT).replace('.', '_'), value));
		// A port of the engine's choice would be another one after each start.
		this.container.setPortBindings(List.of(this.port + ":" + KAFKA_PORT));
	}

	@Override
	public String bootstrapServers() {
		return this.container.getHost() + ":" + this.port;
	}

	@Override
	public void start() {
		if (this.container.getContainerId() == null) {
			this.container.start();
		}
		else {
			this.container.getDockerClient().startContainerCmd(this.container.getContainerId()).exec();
		}
		Broker.awaitAnswer(this.container.getHost(), this.port, this.container::isRunning,
				() -> this.container.getLogs());
	}

	@Override
	public void stop() {
		try {
			// The container's first process is a shell, which passes no signal on.
			this.container.execInContainer("sh", "-c",
					"for p in /proc/[0-9]*; do case $(readlink $p/exe) in */java) kill ${p#/proc/} ;; esac; done");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		Awaitility.await("broker stopped").atMost(Duration.ofSeconds(30)).until(() -> !this.container.isRunning());
	}

	@Override
	public void close() {
		this.container.stop();
	}

}
