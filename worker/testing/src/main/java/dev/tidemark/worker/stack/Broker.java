package dev.tidemark.worker.stack;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.TerminalFailureException;

/**
 * A Kafka node, broker and controller in one, or several of them, that can be stopped and
 * started again, and keep their data and their ports meanwhile.
 */
sealed interface Broker extends AutoCloseable permits BrokerProcess, BrokerContainer, BrokerCluster {

	/**
	 * Settings that make one node a cluster, and tests quick: nothing is waited for that
	 * only many nodes or a slow network need, and an orphaned transaction or a silent
	 * consumer is noticed soon.
	 */
	Map<String, String> SETTINGS = Map.ofEntries( //
			Map.entry("offsets.topic.replication.factor", "1"), //
			Map.entry("offsets.topic.num.partitions", "4"), Map.entry("transaction.state.log.replication.factor", "1"),
			Map.entry("transaction.state.log.min.isr", "1"), //
			Map.entry("transaction.state.log.num.partitions", "4"),
			Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"),
			Map.entry("share.coordinator.state.topic.replication.factor", "1"),
			Map.entry("share.coordinator.state.topic.min.isr", "1"),
			Map.entry("share.coordinator.state.topic.num.partitions", "1"),
			Map.entry("group.initial.rebalance.delay.ms", "0"), //
			Map.entry("group.min.session.timeout.ms", "1000"),
			Map.entry("group.consumer.min.session.timeout.ms", "1000"),
			Map.entry("group.consumer.session.timeout.ms", "6000"),
			Map.entry("group.consumer.min.heartbeat.interval.ms", "500"),
			Map.entry("group.consumer.heartbeat.interval.ms", "1000"),
			// A misspelt topic is to fail, not to appear.
			Map.entry("auto.create.topics.enable", "false"),
			// A broker that comes back is a stranger until its old session is over.
			Map.entry("broker.session.timeout.ms", "2000"), //
			Map.entry("broker.heartbeat.interval.ms", "500"), //
			Map.entry("log.cleaner.dedupe.buffer.size", "4194304"));

	/**
	 * Returns where clients find the broker, whether it runs at the moment or not.
	 */
	String bootstrapServers();

	/**
	 * Starts the broker and waits until it answers.
	 */
	void start();

	/**
	 * Stops the broker in good order.
	 */
	void stop();

	/**
	 * Stops the broker and drops its data.
	 */
	@Override
	void close();

	/**
	 * Waits until the broker takes requests.
	 * @param alive whether it is worth waiting
	 * @param log what the broker has said, for the case that it is not
	 */
	static void awaitAnswer(String host, int port, BooleanSupplier alive, Supplier<String> log) {
		ConditionFactory patience = Awaitility.await("broker at " + host + ":" + port)
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(100))
			.failFast(() -> {
				if (!alive.getAsBoolean()) {
					throw new TerminalFailureException("The broker did not start: " + log.get());
				}
			});
		// Kafka's clients complain in many words of a port that is closed.
		patience.until(() -> Ports.isOpen(host, port));
		try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, host + ":" + port))) {
			patience.ignoreExceptionsInstanceOf(ExecutionException.class)
				.until(() -> !admin.describeCluster().nodes().get().isEmpty());
		}
	}

}
