package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.slf4j.LoggerFactory;

/**
 * The main class of a {@link BrokerProcess}: formats the storage if it is new, and runs
 * Kafka.
 */
final class BrokerMain {

	/** As long as Kafka wants it. */
	private static final String CLUSTER_ID = "tidemark-stack-cluster";

	private BrokerMain() {
	}

	/**
	 * Runs Kafka until it is told to stop, or until standard input ends: that is when the
	 * process that started this one is gone, however it died.
	 * @param args the path of Kafka's properties
	 */
	public static void main(String[] args) {
		Thread.ofPlatform().daemon().name("parent-watch").start(BrokerMain::haltWithParent);
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
		StorageTool.execute(
				new String[] { "format", "--ignore-formatted", "--cluster-id", CLUSTER_ID, "--config", args[0] },
				System.out);
		Kafka.main(args);
	}

	private static void haltWithParent() {
		try {
			while (System.in.read() != -1) {
				// nobody writes
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			Runtime.getRuntime().halt(1);
		}
	}

}
