package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Three Kafka nodes, each broker and controller: every record is on all three, and is
 * acknowledged when two have it.
 * <p>
 * Each broker is reached by links only. There is one for each {@link View}, with a
 * listener of its own, and one for each other broker: a broker's JVM finds the others
 * under their names, which each of them has from a file of its own, at its own links. So
 * a broker can be kept from everybody, or from one.
 */
public final class BrokerCluster implements Broker {

	private static final List<Integer> IDS = List.of(1, 2, 3);

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	/** What is different where there are three. */
	private static final Map<String, String> SETTINGS_OF_THREE = Map.ofEntries(
			Map.entry("default.replication.factor", "3"), //
			Map.entry("min.insync.replicas", "2"), //
			Map.entry("offsets.topic.replication.factor", "3"),
			Map.entry("transaction.state.log.replication.factor", "3"), Map.entry("transaction.state.log.min.isr", "2"),
			Map.entry("share.coordinator.state.topic.replication.factor", "3"),
			Map.entry("share.coordinator.state.topic.min.isr", "2"),
			// Three brokers and the workers share this machine: one that is busy is not
			// gone.
			Map.entry("broker.session.timeout.ms", "4000"),
			// A follower that has been cut off is soon no longer waited for.
			Map.entry("replica.lag.time.max.ms", "4000"));

	private static final String SMALL = "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

	private final Map<Integer, BrokerProcess> brokers = new TreeMap<>();

	/** For each view, the links to the brokers by their ids. */
	private final List<Map<Integer, Link>> views = new ArrayList<>();

	/** Between each two brokers, the link for copies, and the controllers'. */
	private final Map<Between, List<Link>> peers = new HashMap<>();

	/**
	 * Makes the brokers, which do not run yet.
	 * @param directory where they keep their data
	 * @param views how many views there are
	 */
	BrokerCluster(Path directory, int views) {
		Map<Integer, Integer> replication = ports();
		Map<Integer, Integer> controllers = ports();
		List<Map<Integer, Integer>> clients = IntStream.range(0, views).mapToObj((_) -> ports()).toList();
		for (Map<Integer, Integer> ports : clients) {
			Map<Integer, Link> links = new LinkedHashMap<>();
			ports.forEach((id, port) -> links.put(id, Link.to(port)));
			this.views.add(links);
		}
		for (int id : IDS) {
			for (int other : IDS) {
				if (other != id) {
					this.peers.put(new Between(id, other),
							List.of(link(id, other, replication), link(id, other, controllers)));
				}
			}
		}
		for (int id : IDS) {
			Map<String, String> settings = new HashMap<>(SETTINGS_OF_THREE);
			settings.put("node.id", Integer.toString(id));
			settings.put("controller.quorum.voters",
					IDS.stream()
						.map((voter) -> "%d@%s:%d".formatted(voter, name(voter), controllers.get(voter)))
						.collect(Collectors.joining(",")));
			StringJoiner listeners = new StringJoiner(",");
			StringJoiner advertised = new StringJoiner(",");
			StringJoiner protocols = new StringJoiner(",");
			for (int view = 0; view < views; view++) {
				listeners.add("VIEW%d://localhost:%d".formatted(view, clients.get(view).get(id)));
				advertised.add("VIEW%d://localhost:%d".formatted(view, link(view, id).port()));
				protocols.add("VIEW%d:PLAINTEXT".formatted(view));
			}
			Map.of("REPLICATION", replication, "CONTROLLER", controllers).forEach((listener, ports) -> {
				listeners.add("%s://localhost:%d".formatted(listener, ports.get(id)));
				advertised.add("%s://%s:%d".formatted(listener, name(id), ports.get(id)));
				protocols.add(listener + ":PLAINTEXT");
			});
			settings.put("listeners", listeners.toString());
			settings.put("advertised.listeners", advertised.toString());
			settings.put("listener.security.protocol.map", protocols.toString());
			settings.put("inter.broker.listener.name", "REPLICATION");
			this.brokers.put(id, newBroker(directory.resolve(name(id)), id,
					Objects.requireNonNull(clients.getFirst().get(id)), settings));
		}
	}

	private static BrokerProcess newBroker(Path directory, int id, int port, Map<String, String> settings) {
		try {
			Files.createDirectories(directory);
			Path hosts = directory.resolve("hosts");
			StringBuilder names = new StringBuilder("127.0.0.1 localhost%n".formatted());
			IDS.forEach((other) -> names
				.append("%s %s%n".formatted((other == id) ? "127.0.0.1" : address(id, other), name(other))));
			Files.writeString(hosts, names);
			List<String> options = new ArrayList<>(BrokerProcess.options(SMALL));
			options.add("-Djdk.net.hosts.file=" + hosts);
			return new BrokerProcess(directory, port, settings, options);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<Integer, Integer> ports() {
		Map<Integer, Integer> ports = new TreeMap<>();
		IDS.forEach((id) -> ports.put(id, Ports.free()));
		return ports;
	}

	private static String name(int id) {
		return "broker-" + id;
	}

	/** Where a broker finds another one. */
	private static String address(int from, int to) {
		return "127.1.%d.%d".formatted(from, to);
	}

	private static Link link(int from, int to, Map<Integer, Integer> ports) {
		int port = Objects.requireNonNull(ports.get(to));
		return Link.between(address(from, to), port, port);
	}

	/**
	 * Returns the brokers' numbers.
	 * @return the ids, whether the brokers run at the moment or not
	 */
	public List<Integer> ids() {
		return IDS;
	}

	@Override
	public String bootstrapServers() {
		return bootstrapServers(0);
	}

	String bootstrapServers(int view) {
		return this.views.get(view)
			.values()
			.stream()
			.map((link) -> "localhost:" + link.port())
			.collect(Collectors.joining(","));
	}

	/** The link from a view to a broker. */
	Link link(int view, int id) {
		return Objects.requireNonNull(this.views.get(view).get(id), () -> "There is no broker " + id);
	}

	@Override
	public void start() {
		List<BrokerProcess> started = this.brokers.values().stream().filter((broker) -> !broker.isRunning()).toList();
		started.forEach(BrokerProcess::launch);
		started.forEach(BrokerProcess::awaitAnswer);
		awaitMembers();
	}

	/**
	 * Stops two brokers in good order. The last one has nobody left to hand over to, and
	 * nobody who would let it go: it is killed.
	 */
	@Override
	public void stop() {
		List<Integer> running = IDS.stream().filter((id) -> broker(id).isRunning()).toList();
		for (int i = 0; i < running.size(); i++) {
			if (i < 2) {
				stop(running.get(i));
			}
			else {
				kill(running.get(i));
			}
		}
	}

	private BrokerProcess broker(int id) {
		return Objects.requireNonNull(this.brokers.get(id), () -> "There is no broker " + id);
	}

	/**
	 * Returns where a broker keeps its data, for a test that breaks something there.
	 * @param id the broker
	 * @return the directory
	 */
	public Path data(int id) {
		return broker(id).data();
	}

	/**
	 * Tells whether a broker runs: it may have ended by itself.
	 * @param id the broker
	 * @return whether its process exists
	 */
	public boolean isAlive(int id) {
		return broker(id).isAlive();
	}

	/**
	 * Kills a broker, as a crash does.
	 * @param id the broker
	 */
	public void kill(int id) {
		broker(id).close();
	}

	/**
	 * Stops a broker in good order: it hands over what it leads.
	 * @param id the broker
	 */
	public void stop(int id) {
		broker(id).stop();
	}

	/**
	 * Starts a broker that was stopped or killed, and waits until it has its place among
	 * the others again.
	 * @param id the broker
	 */
	public void start(int id) {
		broker(id).start();
		awaitMembers();
	}

	/**
	 * Stops and starts one broker after the other, as an upgrade does: the next one when
	 * the last one has caught up.
	 */
	public void restartAll() {
		for (int id : IDS) {
			stop(id);
			start(id);
			awaitInSync();
		}
	}

	/** Waits until everybody who runs knows everybody who runs. */
	private void awaitMembers() {
		List<Integer> running = IDS.stream().filter((id) -> broker(id).isRunning()).toList();
		for (int id : running) {
			try (Admin admin = Admin
				.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:" + link(0, id).port()))) {
				patience("broker " + id + " knows all " + running).until(
						() -> Client.get(admin.describeCluster().nodes()).stream().map(Node::id).toList(),
						(known) -> known.containsAll(running));
			}
		}
	}

	/**
	 * Waits until every replica of every partition is in sync.
	 */
	public void awaitInSync() {
		try (Admin admin = admin()) {
			patience(
					"all replicas in sync")
				.until(() -> Client
					.get(admin
						.describeTopics(
								Client.get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names()))
						.allTopicNames())
					.values()
					.stream()
					.flatMap((topic) -> topic.partitions().stream())
					.allMatch((partition) -> partition.isr().size() == partition.replicas().size()));
		}
	}

	/**
	 * Asks who leads a partition.
	 * @param partition the partition
	 * @return the broker's id; empty if nobody leads it
	 */
	public Optional<Integer> leader(TopicPartition partition) {
		try (Admin admin = admin()) {
			return leader(partitions(admin, List.of(partition.topic())), partition);
		}
	}

	private static Optional<Integer> leader(Map<TopicPartition, TopicPartitionInfo> partitions,
			TopicPartition partition) {
		return Optional.ofNullable(partitions.get(partition))
			.map(TopicPartitionInfo::leader)
			.map(Node::id)
			.filter(IDS::contains);
	}

	private static Map<TopicPartition, TopicPartitionInfo> partitions(Admin admin, Collection<String> topics) {
		Map<TopicPartition, TopicPartitionInfo> partitions = new LinkedHashMap<>();
		Client.get(admin.describeTopics(topics).allTopicNames())
			.forEach((name, topic) -> topic.partitions()
				.forEach((partition) -> partitions.put(new TopicPartition(name, partition.partition()), partition)));
		return partitions;
	}

	/**
	 * Asks who coordinates a consumer group.
	 * @param groupId the group
	 * @return the broker's id
	 */
	public int groupCoordinator(String groupId) {
		try (Admin admin = admin()) {
			return patience("coordinator of " + groupId).until(() -> Client
				.get(admin.describeConsumerGroups(List.of(groupId)).describedGroups().values().iterator().next())
				.coordinator()
				.id(), IDS::contains);
		}
	}

	/**
	 * Asks who coordinates the transactions of a producer.
	 * @param prefix what the producer's transactional id begins with
	 * @return the broker's id, of one that has a transaction open if any has; empty if
	 * there is no such producer
	 */
	public Optional<Integer> transactionCoordinator(String prefix) {
		try (Admin admin = admin()) {
			return patience("coordinator of a transaction of " + prefix).until(() -> {
				List<String> ids = Client.get(admin.listTransactions().all())
					.stream()
					.filter((transaction) -> transaction.transactionalId().startsWith(prefix))
					.sorted(Comparator.comparing((transaction) -> transaction.state() != TransactionState.ONGOING))
					.map(TransactionListing::transactionalId)
					.limit(1)
					.toList();
				return Client.get(admin.describeTransactions(ids).all())
					.values()
					.stream()
					.map(TransactionDescription::coordinatorId)
					.findFirst();
			}, (_) -> true);
		}
	}

	/**
	 * Asks who leads the controllers.
	 * @return the node's id
	 */
	public int controller() {
		try (Admin admin = admin()) {
			return patience("controller")
				.until(() -> Client.get(admin.describeMetadataQuorum().quorumInfo()).leaderId(), IDS::contains);
		}
	}

	/**
	 * Moves partitions to other leaders, as an operator does who balances the brokers:
	 * each to the next of its replicas.
	 * @param topics whose partitions
	 * @return how many have another leader now
	 */
	public int moveLeaders(Collection<String> topics) {
		try (Admin admin = admin()) {
			return moveLeaders(admin, partitions(admin, topics));
		}
	}

	/**
	 * Has other brokers lead whatever one leads, but for a topic.
	 * @param id the broker
	 * @param topic what it goes on to lead, if it does
	 */
	public void relieve(int id, String topic) {
		try (Admin admin = admin()) {
			List<String> others = new ArrayList<>(
					Client.get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names()));
			others.remove(topic);
			Map<TopicPartition, TopicPartitionInfo> led = partitions(admin, others);
			led.keySet().removeIf((partition) -> !leader(led, partition).equals(Optional.of(id)));
			if (moveLeaders(admin, led) < led.size()) {
				throw new IllegalStateException("Broker %d still leads some of %s".formatted(id, led.keySet()));
			}
		}
	}

	private static int moveLeaders(Admin admin, Map<TopicPartition, TopicPartitionInfo> before) {
		Map<TopicPartition, Optional<NewPartitionReassignment>> order = new LinkedHashMap<>();
		before.forEach((partition, info) -> {
			List<Integer> replicas = new ArrayList<>(info.replicas().stream().map(Node::id).toList());
			leader(before, partition).ifPresent((leader) -> {
				// Whoever is first is preferred.
				replicas.removeIf(leader::equals);
				replicas.addLast(leader);
			});
			order.put(partition, Optional.of(new NewPartitionReassignment(replicas)));
		});
		Client.get(admin.alterPartitionReassignments(order).all());
		patience("reassigned")
			.until(() -> Client.get(admin.listPartitionReassignments(before.keySet()).reassignments()), Map::isEmpty);
		// Who is behind is not elected, and the old leader stays.
		List<TopicPartition> elected = Client
			.get(admin.electLeaders(ElectionType.PREFERRED, before.keySet()).partitions())
			.entrySet()
			.stream()
			.filter((result) -> result.getValue().isEmpty())
			.map(Map.Entry::getKey)
			.toList();
		Set<String> topics = before.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
		patience("new leaders of " + elected).until(() -> partitions(admin, topics), (after) -> elected.stream()
			.noneMatch((partition) -> leader(after, partition).equals(leader(before, partition))));
		return elected.size();
	}

	/**
	 * Cuts every link from and to a broker: to the clients of all views, and to the other
	 * brokers, in both directions. It runs on, and does not know.
	 * @param id the broker
	 */
	public void isolate(int id) {
		links(id).forEach(Link::cut);
	}

	/**
	 * Has no other broker copy what one leads, until that one {@linkplain #rejoin
	 * rejoins}. It leads on, and all but the other brokers reach it.
	 * @param id the broker
	 */
	public void holdBack(int id) {
		this.peers.forEach((between, both) -> {
			if (between.to() == id) {
				both.getFirst().cut();
			}
		});
	}

	/**
	 * Stalls every link from and to a broker.
	 * @param id the broker
	 */
	public void stall(int id) {
		links(id).forEach((link) -> link.stall());
	}

	/**
	 * Mends every link from and to a broker.
	 * @param id the broker
	 */
	public void rejoin(int id) {
		links(id).forEach(Link::mend);
	}

	private List<Link> links(int id) {
		List<Link> links = new ArrayList<>();
		this.views.forEach((view) -> links.add(Objects.requireNonNull(view.get(id))));
		this.peers.forEach((between, both) -> {
			if (between.from() == id || between.to() == id) {
				links.addAll(both);
			}
		});
		return links;
	}

	private Admin admin() {
		return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
				AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "200", AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
				"5000", AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "20000"));
	}

	private static ConditionFactory patience(String what) {
		return Awaitility.await(what)
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(100))
			.ignoreExceptionsInstanceOf(IllegalStateException.class);
	}

	@Override
	public void close() {
		this.brokers.values().forEach(BrokerProcess::close);
		this.views.forEach((view) -> view.values().forEach(Link::close));
		this.peers.values().forEach((both) -> both.forEach(Link::close));
	}

	/**
	 * Two brokers, of which the first one calls the other.
	 */
	private record Between(int from, int to) {
	}

}
