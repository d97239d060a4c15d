package dev.tidemark.worker.stack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

import dev.tidemark.contracts.Topics;

/**
 * The names of the topics that one worker, or one group of workers, uses.
 *
 * @param taskCommands commands for tasks
 * @param userCommands commands for users
 * @param taskReadModel snapshots of tasks
 * @param userReadModel snapshots of users
 * @param commandRejections rejected commands
 */
public record TopicNames(String taskCommands, String userCommands, String taskReadModel, String userReadModel,
		String commandRejections) {

	/**
	 * Returns the contract's names, with something before them.
	 * @param prefix what is put before each name
	 * @return the names
	 */
	public static TopicNames withPrefix(String prefix) {
		return new TopicNames(prefix + Topics.TASK_COMMANDS, prefix + Topics.USER_COMMANDS,
				prefix + Topics.TASK_READ_MODEL, prefix + Topics.USER_READ_MODEL, prefix + Topics.COMMAND_REJECTIONS);
	}

	/**
	 * Returns the topic of the task commands' dead letters.
	 * @return the name
	 */
	public String taskDeadLetters() {
		return this.taskCommands + Topics.DEAD_LETTER_SUFFIX;
	}

	/**
	 * Returns the topic of the user commands' dead letters.
	 * @return the name
	 */
	public String userDeadLetters() {
		return this.userCommands + Topics.DEAD_LETTER_SUFFIX;
	}

	/**
	 * Returns the names as the worker's environment has them.
	 * @return values by variable
	 */
	public Map<String, String> environment() {
		Map<String, String> environment = new LinkedHashMap<>();
		environment.put("TIDEMARK_TOPICS_TASK_COMMANDS", this.taskCommands);
		environment.put("TIDEMARK_TOPICS_USER_COMMANDS", this.userCommands);
		environment.put("TIDEMARK_TOPICS_TASK_READ_MODEL", this.taskReadModel);
		environment.put("TIDEMARK_TOPICS_USER_READ_MODEL", this.userReadModel);
		environment.put("TIDEMARK_TOPICS_COMMAND_REJECTIONS", this.commandRejections);
		return environment;
	}

	/**
	 * Creates the topics, as the contract has them.
	 * @param bootstrapServers where the broker is
	 * @param partitions how many partitions each topic gets
	 */
	void create(String bootstrapServers, int partitions) {
		List<NewTopic> topics = new ArrayList<>();
		for (String name : List.of(this.taskReadModel, this.userReadModel)) {
			topics.add(topic(name, partitions, TopicConfig.CLEANUP_POLICY_COMPACT));
		}
		topics.add(topic(this.commandRejections, partitions, TopicConfig.CLEANUP_POLICY_DELETE));
		for (String name : List.of(this.taskCommands, this.userCommands)) {
			topics.add(new NewTopic(name, Optional.of(partitions), Optional.empty())
				.configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
						TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed")));
		}
		for (String name : List.of(taskDeadLetters(), userDeadLetters())) {
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
				.incrementalAlterConfigs(
						Map.of(new ConfigResource(ConfigResource.Type.TOPIC, this.taskCommands), List.of(producers),
								new ConfigResource(ConfigResource.Type.TOPIC, this.userCommands), List.of(producers)))
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
