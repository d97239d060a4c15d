package dev.tidemark.worker.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/**
 * Finds the topics and their limits, and creates those that are missing when it has been
 * told to.
 */
@Component
public class TopicCreation {

	/** Of commands and rejections, by the contract. */
	private static final Duration COMMAND_RETENTION = Duration.ofDays(7);

	/** Of dead letters, by the contract. */
	private static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(30);

	/**
	 * Twice of what Kafka lets a command be by default: a dead letter has more headers
	 * than its record.
	 */
	private static final int DEAD_LETTER_BYTES = 2 * 1024 * 1024;

	private static final String UNCOMPRESSED = "uncompressed";

	private static final Logger logger = LoggerFactory.getLogger(TopicCreation.class);

	private final KafkaAdmin admin;

	private final TopicProperties topics;

	private final TopicLimits limits;

	private final TopicIds ids;

	/** What has been warned of, which is done once. */
	private final Set<String> told = ConcurrentHashMap.newKeySet();

	/** The command topics that were last found to be unbounded. */
	private volatile String unbounded = "";

	TopicCreation(KafkaAdmin admin, TopicProperties topics, TopicLimits limits, TopicIds ids) {
		this.admin = admin;
		this.topics = topics;
		this.limits = limits;
		this.ids = ids;
	}

	/**
	 * Makes sure that every topic is there.
	 * @return how many partitions the command topics have together
	 * @throws MissingTopicsException if topics are missing and are not to be created
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 * @throws InterruptedException if somebody wants this to end
	 */
	public int ensure() throws InterruptedException {
		try (Admin client = Admin.create(this.admin.getConfigurationProperties())) {
			Set<String> missing = new TreeSet<>();
			int partitions = count(client, missing);
			if (missing.isEmpty()) {
				findLimits(client);
				return partitions;
			}
			if (!this.topics.create()) {
				throw new MissingTopicsException(missing);
			}
			create(client, missing);
			missing.clear();
			partitions = count(client, missing);
			if (!missing.isEmpty()) {
				// Created, but not yet known to the broker that was asked.
				throw new MissingTopicsException(missing);
			}
			findLimits(client);
			return partitions;
		}
	}

	/**
	 * Looks again how large a record each topic takes, as somebody may have changed it.
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 */
	public void findLimitsAgain() {
		try (Admin client = Admin.create(this.admin.getConfigurationProperties())) {
			findLimits(client);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Looks again whether the command topics' broker bounds what a record unpacks to, as
	 * somebody may have changed it.
	 * @param client asks the broker
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 */
	void findUnboundedAgain(Admin client) throws InterruptedException {
		try {
			boundUnpacked(client, client.describeConfigs(resources(this.topics.commands().stream())).all().get());
		}
		catch (ExecutionException ex) {
			throw asUnchecked(ex);
		}
	}

	private static List<ConfigResource> resources(Stream<String> topics) {
		return topics.map((topic) -> new ConfigResource(ConfigResource.Type.TOPIC, topic)).toList();
	}

	private void findLimits(Admin client) throws InterruptedException {
		List<ConfigResource> all = resources(
				Stream.concat(this.topics.commands().stream(), this.topics.published().stream()));
		try {
			Map<ConfigResource, Config> found = client.describeConfigs(all).all().get();
			found.forEach((topic, config) -> this.limits.found(topic.name(),
					Integer.parseInt(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value()), kept(config)));
			boundUnpacked(client, found);
		}
		catch (ExecutionException ex) {
			throw asUnchecked(ex);
		}
		this.topics.commands().forEach(this::compareWithDeadLetters);
	}

	/**
	 * A few kilobytes can unpack to more than any memory. Only the broker can refuse that
	 * before it is in the log: where a topic's records lie there uncompressed, what it
	 * takes is bounded by {@code max.message.bytes} as it is unpacked.
	 */
	private void boundUnpacked(Admin client, Map<ConfigResource, Config> found) throws InterruptedException {
		List<ConfigResource> unbounded = found.entrySet()
			.stream()
			.filter((topic) -> this.topics.commands().contains(topic.getKey().name()))
			.filter((topic) -> !UNCOMPRESSED.equals(topic.getValue().get(TopicConfig.COMPRESSION_TYPE_CONFIG).value()))
			.map(Map.Entry::getKey)
			.toList();
		if (!unbounded.isEmpty() && this.topics.create() && haveBounded(client, unbounded)) {
			unbounded = List.of();
		}
		this.limits.unbounded(unbounded.size());
		String names = String.join(", ", unbounded.stream().map(ConfigResource::name).sorted().toList());
		if (!unbounded.isEmpty() && !names.equals(this.unbounded)) {
			logger.warn("{} may hold records that unpack to more than there is memory: set "
					+ "compression.type=uncompressed, so that the broker refuses them", names);
		}
		this.unbounded = names;
	}

	/** Whoever has the worker create topics has it set them, too. */
	private static boolean haveBounded(Admin client, List<ConfigResource> topics) throws InterruptedException {
		AlterConfigOp set = new AlterConfigOp(new ConfigEntry(TopicConfig.COMPRESSION_TYPE_CONFIG, UNCOMPRESSED),
				AlterConfigOp.OpType.SET);
		try {
			client
				.incrementalAlterConfigs(
						topics.stream().collect(Collectors.toMap(Function.identity(), (_) -> List.of(set))))
				.all()
				.get();
			return true;
		}
		catch (ExecutionException ex) {
			logger.debug("Topics can't be altered", ex);
			return false;
		}
	}

	private void compareWithDeadLetters(String commands) {
		String letters = this.topics.deadLetters(commands);
		if (this.limits.maxBytes(letters) <= this.limits.maxBytes(commands) && this.told.add(letters)) {
			logger.warn(
					"{} takes records of up to {} bytes, and {} of {}: a dead letter has more headers than its record, so "
							+ "that of one that large is without its value. Set max.message.bytes of {} to more",
					commands, this.limits.maxBytes(commands), letters, this.limits.maxBytes(letters), letters);
		}
	}

	/**
	 * A segment goes when its newest record is old enough; until then, it keeps the
	 * oldest too.
	 */
	static Optional<Duration> kept(Config config) {
		long retention = Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value());
		long segment = Long.parseLong(config.get(TopicConfig.SEGMENT_MS_CONFIG).value());
		boolean deletes = List.of(config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value().split(","))
			.contains(TopicConfig.CLEANUP_POLICY_DELETE);
		return (deletes && retention >= 0) ? Optional.of(Duration.ofMillis(retention).plusMillis(segment))
				: Optional.empty();
	}

	/**
	 * Counts the partitions of the command topics, and finds the topics' ids.
	 * @param client asks the broker
	 * @param missing takes the names of the topics that are missing
	 * @return how many there are
	 */
	int count(Admin client, Set<String> missing) throws InterruptedException {
		List<String> names = new ArrayList<>(this.topics.commands());
		names.addAll(this.topics.published());
		int partitions = 0;
		for (var described : client.describeTopics(names).topicNameValues().entrySet()) {
			try {
				TopicDescription description = described.getValue().get();
				if (this.topics.commands().contains(described.getKey())) {
					partitions += description.partitions().size();
					this.ids.found(described.getKey(), description.topicId());
				}
			}
			catch (ExecutionException ex) {
				if (!(ex.getCause() instanceof UnknownTopicOrPartitionException)) {
					throw asUnchecked(ex);
				}
				missing.add(described.getKey());
			}
		}
		return partitions;
	}

	private void create(Admin client, Set<String> missing) throws InterruptedException {
		List<NewTopic> created = missing.stream().map(this::topic).toList();
		for (var result : client.createTopics(created).values().values()) {
			try {
				result.get();
			}
			catch (ExecutionException ex) {
				// Another worker, starting at the same time, may have been quicker.
				if (!(ex.getCause() instanceof TopicExistsException)) {
					throw asUnchecked(ex);
				}
			}
		}
	}

	NewTopic topic(String name) {
		Optional<Short> replicas = Optional.ofNullable(this.topics.replicas());
		if (this.topics.readModels().contains(name)) {
			return new NewTopic(name, Optional.of(this.topics.partitions()), replicas)
				.configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
		}
		if (this.topics.commands().stream().map(this.topics::deadLetters).anyMatch(name::equals)) {
			// Dead letters are few: one partition keeps them in the order in which they
			// died.
			return new NewTopic(name, Optional.of(1), replicas)
				.configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
						TopicConfig.RETENTION_MS_CONFIG, Long.toString(DEAD_LETTER_RETENTION.toMillis()),
						TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(DEAD_LETTER_BYTES)));
		}
		Map<String, String> settings = new HashMap<>(
				Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
						TopicConfig.RETENTION_MS_CONFIG, Long.toString(COMMAND_RETENTION.toMillis())));
		if (this.topics.commands().contains(name)) {
			settings.put(TopicConfig.COMPRESSION_TYPE_CONFIG, UNCOMPRESSED);
		}
		return new NewTopic(name, Optional.of(this.topics.partitions()), replicas).configs(settings);
	}

	private static RuntimeException asUnchecked(ExecutionException ex) {
		return (ex.getCause() instanceof RuntimeException cause) ? cause
				: new IllegalStateException("Kafka's admin client failed", ex);
	}

}
