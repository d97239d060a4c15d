package dev.tidemark.worker.stack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Topics;

/**
 * The names of the topics that one worker, or one group of workers, uses.
 *
 * @param prefix what is before each of the contract's names
 */
public record TopicNames(String prefix) {

	/**
	 * Returns the topic of a type's commands.
	 * @param type the type
	 * @return the name
	 */
	public String commands(AggregateType type) {
		return named(type.commandTopic());
	}

	/**
	 * Returns the topic of a type's snapshots and tombstones.
	 * @param type the type
	 * @return the name
	 */
	public String readModel(AggregateType type) {
		return named(type.readModelTopic());
	}

	/**
	 * Returns the topic of the dead letters of a type's commands.
	 * @param type the type
	 * @return the name
	 */
	public String deadLetters(AggregateType type) {
		return named(type.deadLetterTopic());
	}

	/**
	 * Returns the topic of rejections.
	 * @return the name
	 */
	public String commandRejections() {
		return named(Topics.COMMAND_REJECTIONS);
	}

	/**
	 * Returns the name that a topic has here.
	 * @param contractName the name that the contract has for it
	 * @return the name
	 */
	public String named(String contractName) {
		return this.prefix + contractName;
	}

	/**
	 * Returns the topics that a worker publishes to.
	 * @return the names of all but the command topics
	 */
	List<String> published() {
		List<String> published = new ArrayList<>(names(this::readModel));
		published.add(commandRejections());
		published.addAll(names(this::deadLetters));
		return published;
	}

	private static List<String> names(Function<AggregateType, String> name) {
		return Catalogue.installed().aggregates().stream().map(name).toList();
	}

	/**
	 * Returns the names as the worker's environment has them.
	 * @return values by variable
	 */
	public Map<String, String> environment() {
		Map<String, String> environment = new LinkedHashMap<>();
		for (AggregateType type : Catalogue.installed().aggregates()) {
			String variable = "TIDEMARK_TOPICS_" + type.wireName().toUpperCase(Locale.ROOT);
			environment.put(variable + "_COMMANDS", commands(type));
			environment.put(variable + "_READ_MODEL", readModel(type));
		}
		environment.put("TIDEMARK_TOPICS_COMMAND_REJECTIONS", commandRejections());
		return environment;
	}

	/**
	 * Creates the topics, as the contract has them.
	 * @param bootstrapServers where the broker is
	 * @param partitions how many partitions each topic gets
	 */
	void create(String bootstrapServers, int partitions) {
		List<NewTopic> topics = new ArrayList<>();
		for (String name : names(this::readModel)) {
			topics.add(topic(name, partitions, TopicConfig.CLEANUP_POLICY_COMPACT));
		}
		topics.add(topic(commandRejections(), partitions, TopicConfig.CLEANUP_POLICY_DELETE));
		for (String name : names(this::commands)) {
			topics.add(new NewTopic(name, Optional.of(partitions), Optional.empty())
				.configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
						TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed")));
		}
		for (String name : names(this::deadLetters)) {
			topics.add(new NewTopic(name, Optional.of(partitions), Optional.empty())
				.configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
						TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "2097152")));
		}
		try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
			admin.createTopics(topics).all().get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The topics cannot be created", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Has the broker no longer bound what records of the command topics unpack to.
	 * @param bootstrapServers where the broker is
	 */
	public void unbound(String bootstrapServers) {
		AlterConfigOp producers = new AlterConfigOp(new ConfigEntry(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer"),
				AlterConfigOp.OpType.SET);
		try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
			admin
				.incrementalAlterConfigs(names(this::commands).stream()
					.collect(Collectors.toMap((name) -> new ConfigResource(ConfigResource.Type.TOPIC, name),
							(_) -> List.of(producers))))
				.all()
				.get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The topics cannot be altered", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static NewTopic topic(String name, int partitions, String cleanupPolicy) {
		return new NewTopic(name, Optional.of(partitions), Optional.empty())
			.configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, cleanupPolicy));
	}

}
